using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Info;

public class InfoTests
{
    private static readonly byte[] Record = WalBytes.Record(WalBytes.Batch(5, 1, WalBytes.Put("key", "value")));

    public static TheoryData<string, byte[], string> Tails => new()
    {
        { "nothing", [], "" },
        { "zeros", new byte[100], "zeros" },
        { "garbage", [.. Enumerable.Repeat((byte)0xAA, 40_000)], "tornRecord, garbage" },
        { "bad fragment", WalBytes.Fragment(0x77, [1]), "garbage" },
        { "torn body", Record[..^1], "tornRecord" },
        { "torn header", [1, 2, 3], "tornRecord" },
        { "begun record", WalBytes.Fragment(2, [1]), "tornRecord" },
        { "control", WalBytes.Fragment(10, [1, 0, 0, 0, 8, 0]), "controlRecords" },
    };

    [Theory]
    [MemberData(nameof(Tails))]
    public async Task The_bytes_after_the_last_record_are_described(string name, byte[] tail, string content)
    {
        ToolRun run = await ToolRun.Of([.. Record, .. tail], "info", "-", "--format", "json");
        JsonElement found = run.Json.GetProperty("files")[0].GetProperty("tail");
        Assert.Equal(Record.Length, found.GetProperty("offset").GetInt64());
        Assert.Equal(tail.Length, found.GetProperty("bytes").GetInt64());
        Assert.Equal(
            (name, content),
            (name, string.Join(", ", found.GetProperty("content").EnumerateArray().Select(word => word.GetString()))));
    }

    /// <summary>The records of a log that was renamed are no garbage.</summary>
    [Fact]
    public async Task Records_of_a_later_log_are_described()
    {
        ToolRun run = await ToolRun.Of("info", TestFiles.Committed("reports/renamed/000003.log"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("344 bytes from offset 0: records of later log\n", run.Output);
        Assert.Contains("all records belong to log 23; give --log-number 23", run.Output);
    }

    [Fact]
    public async Task A_recycled_log_is_described_with_its_predecessor()
    {
        ToolRun run = await ToolRun.Of("info", TestFiles.Committed("rocksdb/predecessor-recycled/000012.log"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                "000012.log",
                "  Log number:            12",
                "  Size:                  15,466 bytes",
                "  Recycled:              yes",
                "  Compression:           none",
                "  Records:               10, with 20 operations",
                "  Operations by family:  default(0) 20",
                "  Sequence numbers:      671 to 690",
                "  Predecessor:           log 10, 14,508 bytes, last sequence number 668",
                "  Fragments:             10 RecyclableFull, 1 RecyclablePredecessorWalInfo",
                "  After the last record: 13,821 bytes from offset 1645: old records",
                "000012.log: these logs begin with sequence number 671; what was written before lies in table files, which are not read",
                "000012.log, offset 1645: stale tail, left over from the recycled log's earlier use; no damage, 13821 bytes",
                "no damage found, nothing missing, 2 notes",
            ],
            run.OutputLines);
    }

    [Fact]
    public async Task Timestamp_sizes_and_compression_are_shown()
    {
        ToolRun timestamps = await ToolRun.Of("info", "--format", "json", TestFiles.Committed("rocksdb/timestamps"));
        JsonElement size = timestamps.Json.GetProperty("files")[0].GetProperty("timestampSizes")[0];
        Assert.Equal((1, 8), (size.GetProperty("columnFamily").GetInt32(), size.GetProperty("size").GetInt32()));
        ToolRun zstd = await ToolRun.Of("info", "--format", "json", TestFiles.Committed("rocksdb/zstd"));
        Assert.Equal("zstd", zstd.Json.GetProperty("files")[0].GetProperty("compression").GetString());
    }

    [Fact]
    public async Task Damage_is_counted_and_determines_the_exit_code()
    {
        ToolRun run = await ToolRun.Of("info", TestFiles.Committed("hostile/rocksdb-hangs-7.log"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("7 places are damaged", run.Output);
    }
}
