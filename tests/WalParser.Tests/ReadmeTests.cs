using System.Buffers;
using System.Text;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests;

/// <summary>The process's console and folder are changed, which no other test is to see.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The README's example is compiled here, run here, and is to the letter what the README shows.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
    private static readonly string Root = FindRoot();

    private static async Task ExampleAsync()
    {
        // README {
        var strict = new WalReaderOptions { ThrowOnCorruption = true };
        await using WalReader reader = WalReader.Open("testdata/kvrocks/types/db/000010.log", strict);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                var batch = new WriteBatch(reader.Record);
                foreach (WriteBatchOperation operation in batch)
                {
                    Console.WriteLine($"{operation.Sequence} {operation.Type} {Encoding.UTF8.GetString(operation.Key)}");
                }

                Console.Error.Write(batch.Corruption?.Reason);
            }
        }

        // }
    }

    [Fact]
    public async Task The_example_runs()
    {
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = Root;
            await ExampleAsync();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("1 LogData ", lines[0]);
        Assert.EndsWith("str:plain", lines[1], StringComparison.Ordinal);

        // A key may hold a line's end, so that there may be more lines than operations.
        Assert.Equal(
            File.ReadLines(Path.Combine(Root, "testdata/kvrocks/types/operations.jsonl"))
                .Where(line => line.StartsWith("{\"op\"", StringComparison.Ordinal))
                .Select(line => line.Split('"')[3]),
            lines.Select(line => line.Split(' ')).Where(words => ulong.TryParse(words[0], out _) && words.Length > 2).Select(words => words[1]));
    }

    private static async Task FollowAsync(string folder, CancellationToken cancellationToken)
    {
        // README follow {
        WalSet set = await WalSet.OpenAsync(folder, cancellationToken: cancellationToken);
        await foreach (WalSetEntry entry in set.FollowAsync(new FollowOptions { Start = FollowStart.FromSequence(1900) }, cancellationToken))
        {
            if (entry.Kind == WalSetEntryKind.Record)
            {
                Console.WriteLine($"{entry.File}: {new WriteBatch(entry.Record).Sequence}");
            }
        }

        // }
    }

    [Fact]
    public async Task The_example_of_following_runs()
    {
        TextWriter console = Console.Out;
        using var cancellation = new CancellationTokenSource();
        using var output = new CancellingWriter("000016.log: ", cancellation);
        try
        {
            Console.SetOut(output);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FollowAsync(Path.Combine(Root, "testdata/rocksdb/recycled"), cancellation.Token));
        }
        finally
        {
            Console.SetOut(console);
        }

        string[][] lines = [.. output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": "))];
        Assert.Equal(["000012.log", "000016.log"], lines.Select(line => line[0]).Distinct());
        ulong[] sequences = [.. lines.Select(line => ulong.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(sequences.Order(), sequences);
        Assert.True(sequences[0] <= 1900 && sequences[1] > 1900, "It does not begin with the batch that takes number 1900.");
    }

    private static async Task WriteAsync(string folder)
    {
        // README write {
        var batch = new WriteBatchBuilder(sequence: 1);
        await using LogWriter log = LogWriter.Open(Path.Combine(folder, "000010.log"));
        await log.WriteAsync(batch.Put("key"u8, "value"u8).Delete("other"u8, columnFamily: 2).Build());
        await log.WriteAsync(batch.Clear(sequence: 3).Merge("counter"u8, "1"u8).Build());

        // A log as no server writes it: a fragment that ends a record which never began, and one with a wrong checksum.
        var damaged = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(damaged);
        fragments.Write(FragmentType.Last, "nothing began"u8);
        fragments.WriteFlawed(FragmentType.Full, batch.Build().Span, new FragmentFlaws { ChecksumError = 1 });
        await File.WriteAllBytesAsync(Path.Combine(folder, "000011.log"), damaged.WrittenMemory);

        // }
    }

    [Fact]
    public async Task The_example_of_writing_runs()
    {
        using var database = new TempDatabase();
        await WriteAsync(database.Path);
        List<byte[]> records = await TempDatabase.RecordsOfAsync(database.PathOf("000010.log"));
        Assert.Equal([(1ul, 2u), (3ul, 1u)], records.Select(record => (new WriteBatch(record).Sequence, new WriteBatch(record).Count)));

        List<string> reasons = [];
        var options = new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords };
        await using WalReader reader = WalReader.Open(database.PathOf("000011.log"), options);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Corruption, reader.Kind);
            reasons.Add(reader.Corruption.Reason);
        }

        Assert.Equal(["missing start of fragmented record(2)", "checksum mismatch"], reasons);
    }

    [Fact]
    public void The_examples_are_those_in_the_README()
    {
        Assert.Equal(Compiled("README {"), Shown("```csharp\n"));
        Assert.Equal(Compiled("README follow {"), Shown("```csharp\n", 2));
        Assert.Equal(Compiled("README write {"), Shown("```csharp\n", 3));
        Assert.Equal(15, Shown("```csharp\n").Split('\n').Length);
        Assert.Equal(Compiled("README options {") + "\n\n" + Compiled("README plug-in {"), Shown("```cs\n"));
        Assert.DoesNotMatch("(?m)^[A-Z]+(-[A-Z]+)*$", Readme);
    }

    /// <summary>The README's way to plug a package in does so: the resolver's registry asks it.</summary>
    [Fact]
    public void The_plug_in_is_used()
    {
        byte[] block = [4, .. "abcd"u8];
        byte[] output = new byte[4];
        Assert.True(Options().Decompressors.Decompress(CompressionType.BZip2, block, output).IsDone);
        Assert.Equal("abcd"u8, output);
    }

    private static BlobResolverOptions Options()
    {
        // README options {
        var options = new BlobResolverOptions
        {
            Decompressors = DecompressorRegistry.Default.With(CompressionType.BZip2, new PackagedBZip2()),
        };

        // }
        return options;
    }

    // README plug-in {
    internal sealed class PackagedBZip2 : IBlockDecompressor
    {
        public int MaximumExpansion => 50_000;

        public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            int written = SomePackage.DecodeBlock(source, destination);
            return written >= 0
                ? new DecompressionResult(DecompressionStatus.Done, written, null)
                : new DecompressionResult(DecompressionStatus.Corrupt, 0, "not a valid bzip2 block");
        }
    }

    // }

    /// <summary>Stands for the package: its blocks are the bytes themselves.</summary>
    private static class SomePackage
    {
        public static int DecodeBlock(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            source.CopyTo(destination);
            return source.Length;
        }
    }

    private static string Readme => File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");

    private static string Shown(string fence, int index = 1) => Readme.Split(fence)[index].Split("\n```")[0];

    /// <summary>What stands in this file between a mark and the next "}", less its indentation.</summary>
    private static string Compiled(string mark)
    {
        string[] source = File.ReadAllLines(Path.Combine(Root, "tests/WalParser.Tests/ReadmeTests.cs"));
        int start = Array.FindIndex(source, line => line.Trim() == "// " + mark) + 1;
        int end = Array.FindIndex(source, start, line => line.Trim() == "// }");
        int indentation = source[start].Length - source[start].TrimStart().Length;
        return string.Join('\n', source[start..end].Select(line => line.Length > indentation ? line[indentation..] : "")).TrimEnd();
    }

    /// <summary>Cancels once a line is written that begins in a certain way.</summary>
    private sealed class CancellingWriter(string beginning, CancellationTokenSource cancellation) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(beginning, StringComparison.Ordinal) == true)
            {
                cancellation.Cancel();
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WalParser.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
