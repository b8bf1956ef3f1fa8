using System.Buffers;
using System.Diagnostics;
using System.Text;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.Testing.Delivery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;
using ZstdSharp;

namespace WalParser.Tests.Compression;

/// <summary>Frames that require a dictionary are read if the caller supplies it; otherwise they are refused with its identifier.</summary>
public sealed class ZstdDictionaryTests
{
    private static readonly byte[] First = Train(1);
    private static readonly byte[] Second = Train(2);

    [Fact]
    public void Frames_with_different_dictionaries_and_without_one_may_follow_each_other()
    {
        byte[] copy = [.. Frame("one", First), .. Frame("two", null), .. Frame("three", Second), .. Frame("four", First)];
        using Stream stream = CompressedCopy.Open(
            new PiecewiseStream(copy, [3]), CompressedCopyFormat.Zstd, leaveOpen: false, new ZstdDictionaries(First, Second));
        using var reader = new StreamReader(stream);
        Assert.Equal(Text("one") + Text("two") + Text("three") + Text("four"), reader.ReadToEnd());
    }

    [Fact]
    public void A_missing_dictionary_is_reported_after_the_content_before_it()
    {
        byte[] copy = [.. Frame("one", First), .. Frame("two", Second)];
        foreach (bool isSupplied in new[] { true, false })
        {
            using Stream stream = CompressedCopy.Open(
                new MemoryStream(copy), CompressedCopyFormat.Zstd, leaveOpen: false, isSupplied ? new ZstdDictionaries(First) : null);
            byte[] content = new byte[1000];
            if (isSupplied)
            {
                stream.ReadExactly(content, 0, Text("one").Length);
                Assert.Equal(Text("one"), Encoding.ASCII.GetString(content, 0, Text("one").Length));
            }

            InvalidDataException failure = Assert.Throws<InvalidDataException>(() => stream.ReadByte());
            Assert.Contains($"dictionary {IdOf(isSupplied ? Second : First)},", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Blocks_and_records_report_missing_dictionaries_too()
    {
        byte[] frame = Frame("one", First);
        byte[] block = [.. WalBytes.Varint((uint)Text("one").Length), .. frame];
        var writer = new ArrayBufferWriter<byte>();
        DecompressionResult refused = DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, writer, 1000);
        Assert.Equal(DecompressionStatus.DictionaryRequired, refused.Status);
        Assert.Contains($"dictionary {IdOf(First)},", refused.Reason, StringComparison.Ordinal);
        DecompressorRegistry registry = DecompressorRegistry.Default.WithDictionaries(new ZstdDictionaries(Second, First));
        Assert.True(registry.Decompress(CompressionType.Zstd, block, writer, 1000).IsDone);
        Assert.Equal(Text("one"), Encoding.ASCII.GetString(writer.WrittenSpan));

        var log = new MemoryStream();
        new LogBuilder(log)
            .Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0])
            .Record(frame)
            .Record(Frame("two", null));
        using WalReader reader = WalReader.Create(
            new MemoryStream(log.ToArray()), new WalReaderOptions { Dictionaries = new ZstdDictionaries(First) });
        Assert.True(await reader.ReadAsync());
        Assert.Equal(Text("one"), Encoding.ASCII.GetString(reader.Record.Payload));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(Text("two"), Encoding.ASCII.GetString(reader.Record.Payload));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WAL_sets_and_salvage_use_dictionaries(bool isSupplied)
    {
        byte[] batch = new BatchBuilder().Put("key"u8, Encoding.ASCII.GetBytes(Text("one"))).Build(1).ToArray();
        var log = new MemoryStream();
        new LogBuilder(log).Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]).Record(Frame(batch, First));
        ZstdDictionaries dictionaries = isSupplied ? new ZstdDictionaries(First) : ZstdDictionaries.Empty;
        using var database = new TempDatabase();
        database.Write("000010.log", log.ToArray());

        WalSet set = await WalSet.OpenAsync(database.Path, new WalSetOptions { Dictionaries = dictionaries });
        await using WalSetReader reader = set.OpenReader();
        bool isRead = false;
        while (await reader.ReadAsync())
        {
            isRead |= reader.Kind == WalSetEntryKind.Record && reader.Record.Payload.SequenceEqual(batch);
        }

        Assert.Equal(isSupplied, isRead);

        using var output = new TempDatabase();
        SalvageReport report = await LogSalvage.RunAsync(
            set, output.PathOf("salvaged"), new SalvageOptions { Dictionaries = dictionaries });
        Assert.Equal(isSupplied ? 1 : 0, report.Logs.Sum(salvaged => salvaged.Records));
    }

    [SkippableFact]
    public void Output_of_zstd_with_a_dictionary_is_decompressed()
    {
        SystemProgram.SkipIfAbsent("zstd");
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string[] samples = [.. Enumerable.Range(0, 300).Select(i => Path.Combine(folder, $"{i}.sample"))];
            for (int i = 0; i < samples.Length; i++)
            {
                File.WriteAllText(samples[i], Text($"sample {i * 7919}"));
            }

            Run(folder, ["-q", "--train", "--maxdict=4096", "--dictID=4711", "-o", "dictionary", .. samples.Select(Path.GetFileName)!]);
            Run(folder, ["-q", "-D", "dictionary", "17.sample", "-o", "17.zst"]);
            var dictionaries = new ZstdDictionaries(File.ReadAllBytes(Path.Combine(folder, "dictionary")));
            Assert.True(dictionaries.TryGet(4711, out _));
            byte[] copy = File.ReadAllBytes(Path.Combine(folder, "17.zst"));
            using var reader = new StreamReader(
                CompressedCopy.Open(new MemoryStream(copy), CompressedCopyFormat.Zstd, leaveOpen: false, dictionaries));
            Assert.Equal(File.ReadAllText(samples[17]), reader.ReadToEnd());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Invalid_dictionaries_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ZstdDictionaries([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Throws<ArgumentException>(() => new ZstdDictionaries(First[..20]));
        byte[] other = [.. First];
        other[^1] ^= 1;
        Assert.Throws<ArgumentException>(() => new ZstdDictionaries(First, other));
        Assert.False(ZstdDictionaries.Empty.TryGet(IdOf(First), out _));
        Assert.True(new ZstdDictionaries(First, Second).TryGet(IdOf(Second), out _));
    }

    private static void Run(string folder, string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(
            new ProcessStartInfo("zstd", arguments) { WorkingDirectory = folder }, TimeSpan.FromMinutes(1));
        ChildResult result = process.End();
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private static uint IdOf(byte[] dictionary) => BitConverter.ToUInt32(dictionary, 4);

    private static string Text(string name) => $"the value that is called {name}, and much like all the others of its kind, {name}";

    private static byte[] Frame(string name, byte[]? dictionary) => Frame(Encoding.ASCII.GetBytes(Text(name)), dictionary);

    private static byte[] Frame(byte[] content, byte[]? dictionary)
    {
        using var compressor = new Compressor(level: 3);
        if (dictionary is not null)
        {
            compressor.LoadDictionary(dictionary);
        }

        return compressor.Wrap(content).ToArray();
    }

    private static byte[] Train(int seed)
    {
        var random = new Random(seed);
        return DictBuilder.TrainFromBuffer(Enumerable.Range(0, 500).Select(_ => Encoding.ASCII.GetBytes(Text($"{random.Next()}"))), 2048)
            .ToArray();
    }
}
