using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

/// <summary><c>--max-record-size</c> and <c>--max-copy-size</c> limit what is salvaged, as they limit what other commands read.</summary>
public class RecordLimitTests
{
    /// <summary>Of sound logs, plain and compressed, every command reads the same records within a limit.</summary>
    [Theory]
    [InlineData("kvrocks/types/db/000010.log", "60")]
    [InlineData("kvrocks/types/db/000010.log", "200")]
    [InlineData("kvrocks/types/db/000010.log", "1M")]
    [InlineData("rocksdb/zstd", "60")]
    [InlineData("rocksdb/zstd", "200")]
    [InlineData("rocksdb/zstd", "1M")]
    public async Task The_same_records_are_read_within_a_limit(string fixture, string limit)
    {
        string path = TestFiles.Committed(fixture);
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", "--max-record-size", limit, path);
        foreach (string view in new[] { "everything", "recovery --mode skip-corrupt" })
        {
            ToolRun salvage = await ToolRun.Of(
                ["salvage", "--dry-run", "--format", "json", "--max-record-size", limit, path, "--view", .. view.Split(' ')]);
            Assert.Equal(
                (view, dump.OfKind("record").Length),
                (view, salvage.Json.GetProperty("logs").EnumerateArray().Sum(log => log.GetProperty("records").GetInt32())));
            Assert.Equal((view, limit == "1M" ? 0 : 1), (view, salvage.ExitCode));
        }
    }

    [Theory]
    [InlineData(5000, "record too large, 5019 bytes; the limit is 1024 (--max-record-size)")]
    [InlineData(90_000, "record too large, 90020 bytes; the limit is 1024 (--max-record-size)")]
    public async Task The_size_and_the_limit_are_named(int size, string says)
    {
        using var folder = new TempDatabase();
        string path = folder.WriteLog(
            "000004.log", TempDatabase.Puts(1, 1), TempDatabase.Puts(2, 1, new string('v', size)), TempDatabase.Puts(3, 1));
        ToolRun run = await ToolRun.Of("salvage", "--output", folder.PathOf("out"), "--max-record-size", "1K", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"\nlost: 000004.log, offset {TempDatabase.LogOf([TempDatabase.Puts(1, 1)]).Length}: {says} (", run.Output);
        Assert.Equal(
            [TempDatabase.Puts(1, 1), TempDatabase.Puts(3, 1)], await TempDatabase.RecordsOfAsync(folder.PathOf("out/000004.log")));
    }

    /// <summary>What a copy that is not decompressed to its end would have become is not known.</summary>
    [Theory]
    [InlineData(40_000, "of at least 6,895 bytes")]
    [InlineData(0, "of an unknown number of bytes")]
    public async Task The_size_of_the_rest_of_a_copy_is_not_known(int limit, string says)
    {
        using var folder = new TempFolder();
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed("kvrocks/types/db/000010.log"));
        string path = folder.Write("000010.log.gz", Gzipped(log));
        string size = limit > 0 ? $"{limit}" : $"{await EndOfFirstRecordAsync(folder, log)}";
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", "--max-copy-size", size, path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, run.OutputLines[^1]);
        Assert.DoesNotContain("damaged copy", run.Output);
    }

    private static async Task<long> EndOfFirstRecordAsync(TempFolder folder, byte[] log)
    {
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", "--limit", "1", folder.Write("plain/000010.log", log));
        return run.OfKind("record")[0].GetProperty("endOffset").GetInt64();
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var copy = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(copy, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return copy.ToArray();
    }
}
