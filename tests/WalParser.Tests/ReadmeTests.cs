using System.Text;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.TestSupport.Examples;
using WalParser.TestSupport.Files;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests;

/// <summary>
/// The collection of the tests that change the console and the current folder of the process. No other test runs beside them.
/// </summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The examples of the README are compiled and run here, and are exactly those that the README shows.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
    private const string Source = "tests/WalParser.Tests/ReadmeTests.cs";

    private static readonly string Root = TestFiles.Repository;
    private static readonly ReadmeFile Readme = new();

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

                Console.Error.Write(batch.Finding?.Reason);
            }
        }

        // }
    }

    [Fact]
    public async Task The_example_runs()
    {
        string[] lines = await ConsoleCapture.LinesOfAsync(ExampleAsync);
        Assert.Equal("1 LogData ", lines[0]);
        Assert.EndsWith("str:plain", lines[1], StringComparison.Ordinal);

        // A key may contain the end of a line, so that there may be more lines than operations.
        Assert.Equal(
            File.ReadLines(Path.Combine(Root, "testdata/kvrocks/types/operations.jsonl"))
                .Where(line => line.StartsWith("{\"op\"", StringComparison.Ordinal))
                .Select(line => line.Split('"')[3]),
            lines.Select(line => line.Split(' '))
                .Where(words => ulong.TryParse(words[0], out _) && words.Length > 2)
                .Select(words => words[1]));
    }

    private static async Task FollowAsync(string folder, CancellationToken cancellationToken)
    {
        // README follow {
        WalSet set = await WalSet.OpenAsync(folder, cancellationToken: cancellationToken);
        var options = new FollowOptions { Start = FollowStart.FromSequence(1900) };
        await foreach (WalSetEntry entry in set.FollowAsync(options, cancellationToken))
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
        using var cancellation = new CancellationTokenSource();
        using var output = new CancellingWriter("000016.log: ", cancellation);
        string[] written = await ConsoleCapture.LinesOfAsync(
            () => Assert.ThrowsAnyAsync<OperationCanceledException>(() => FollowAsync("testdata/rocksdb/recycled", cancellation.Token)),
            output);
        string[][] lines = [.. written.Select(line => line.Split(": "))];
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

        // }
    }

    [Fact]
    public async Task The_example_of_writing_runs()
    {
        using var database = new TempDatabase();
        await WriteAsync(database.Path);
        List<byte[]> records = await TempDatabase.RecordsOfAsync(database.PathOf("000010.log"));
        Assert.Equal([(1ul, 2u), (3ul, 1u)], records.Select(record => (new WriteBatch(record).Sequence, new WriteBatch(record).Count)));
    }

    [Fact]
    public void The_examples_are_those_in_the_README()
    {
        string[] shown = Readme.CodeBlocks("csharp");
        Assert.Equal(CompiledExample.Of(Source, "README {"), shown[0]);
        Assert.Equal(CompiledExample.Of(Source, "README follow {"), shown[1]);
        Assert.Equal(CompiledExample.Of(Source, "README write {"), shown[2]);
        Assert.Equal(15, shown[0].Split('\n').Length);
        Assert.Equal(
            CompiledExample.Of(Source, "README options {") + "\n\n" + CompiledExample.Of(Source, "README plug-in {"),
            Readme.CodeBlocks("cs")[0]);
        Assert.DoesNotMatch("(?m)^[A-Z]+(-[A-Z]+)*$", Readme.Text);
    }

    /// <summary>The README's example of a plug-in works: the resolver's registry calls it.</summary>
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

    /// <summary>Stands for the package. Its blocks are the bytes themselves.</summary>
    private static class SomePackage
    {
        public static int DecodeBlock(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            source.CopyTo(destination);
            return source.Length;
        }
    }

    /// <summary>Cancels when a line with a certain beginning is written.</summary>
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
}
