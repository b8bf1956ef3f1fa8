using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;

namespace WalParser.Aot.Tests;

/// <summary>
/// The tool is published ahead of time without a warning, and the program reads every compression as the tool on the .NET runtime does.
/// </summary>
public sealed class PublishTests(NativeTool native) : IClassFixture<NativeTool>
{
    private const string Log = "rocksdb/basic/000004.log";

    [SkippableFact]
    public void The_tool_is_published_without_a_warning()
    {
        string said = native.Publish.Output + native.Publish.Error;
        Assert.True(native.Publish.ExitCode == 0, said);
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The records of these logs are compressed with Zstandard, by RocksDB and by Kvrocks.</summary>
    [SkippableTheory]
    [InlineData("rocksdb/zstd")]
    [InlineData("rocksdb/recycled-zstd")]
    [InlineData("kvrocks/zstd")]
    public async Task Compressed_records_are_read_as_on_the_runtime(string log) =>
        await ReadsAlike("dump", "--format", "jsonl", TestFiles.Committed(log));

    /// <summary>Blob values that RocksDB compressed.</summary>
    [SkippableTheory]
    [InlineData("rocksdb/blob-lz4")]
    [InlineData("rocksdb/blob-snappy")]
    [InlineData("rocksdb/blob-zstd")]
    public async Task Blob_values_are_read_as_on_the_runtime(string database)
    {
        string output = await ReadsAlike("dump", "--format", "jsonl", "--resolve-blobs", TestFiles.Committed(database));
        Assert.Contains("\"type\":\"PutBlobIndex\"", output, StringComparison.Ordinal);
    }

    /// <summary>Blob values of every compression, each with the same text.</summary>
    [SkippableFact]
    public async Task Blob_values_of_every_compression_have_their_content()
    {
        using var folder = new TempFolder();
        BlobDatabase.Write(folder);
        string text = Convert.ToHexString(await TextAsync());
        string output = await ReadsAlike("dump", "--format", "jsonl", "--resolve-blobs", folder.Path);
        JsonElement[] operations = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("kind").GetString() == "operation")];
        Assert.Equal(
            BlobDatabase.Compressions.Select(compression => compression.Name),
            operations.Select(operation => Encoding.UTF8.GetString(Convert.FromHexString(operation.GetProperty("key").GetString()!))));
        Assert.All(operations, operation => Assert.Equal(text, operation.GetProperty("value").GetString(), ignoreCase: true));
    }

    /// <summary>The output for a compressed copy of a log equals that for the log, apart from the name.</summary>
    [SkippableTheory]
    [InlineData("zst")]
    [InlineData("lz4")]
    [InlineData("gz")]
    [InlineData("sz")]
    public async Task A_compressed_copy_is_read_as_the_log(string suffix)
    {
        using var folder = new TempFolder();
        string log = folder.Copy(Log, "000004.log");
        string copied = folder.Copy($"copies/000004.log.{suffix}", $"copy/000004.log.{suffix}");
        string copy = await ReadsAlike("dump", "--format", "jsonl", copied);
        string original = await ReadsAlike("dump", "--format", "jsonl", log);
        Assert.Equal(original[original.IndexOf('\n', StringComparison.Ordinal)..], copy[copy.IndexOf('\n', StringComparison.Ordinal)..]);
    }

    /// <summary>Tables, colours and help need more of the packages than a dump does.</summary>
    [SkippableTheory]
    [InlineData("info")]
    [InlineData("verify")]
    [InlineData("manifest")]
    public async Task Reports_are_the_same_as_on_the_runtime(string command) =>
        await ReadsAlike(command, TestFiles.Committed("rocksdb/families"));

    /// <summary>
    /// Runs the published program and the tool on the runtime, checks that they have the same exit code and output, and returns the output.
    /// </summary>
    private async Task<string> ReadsAlike(params string[] arguments)
    {
        ChildResult published = await native.Run(arguments);
        ChildResult managed = await NativeTool.RunManaged(arguments);
        Assert.Equal((managed.ExitCode, managed.Error), (published.ExitCode, published.Error));
        Assert.True(
            managed.OutputBytes.AsSpan().SequenceEqual(published.OutputBytes),
            $"walparser {string.Join(' ', arguments)}: the output differs from that on the runtime");
        Assert.NotEmpty(published.OutputBytes);
        return published.Output;
    }

    /// <summary>The content of the reference files, decompressed by gzip's own format and .NET.</summary>
    private static async Task<byte[]> TextAsync()
    {
        await using var gzip = new System.IO.Compression.GZipStream(
            File.OpenRead(TestFiles.Committed("compression/text.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var text = new MemoryStream();
        await gzip.CopyToAsync(text);
        Assert.Equal(BlobDatabase.TextSize, (int)text.Length);
        return text.ToArray();
    }
}
