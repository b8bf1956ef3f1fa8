using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>The exact lines, for logs built byte by byte.</summary>
public class JsonLinesTests
{
    private static async Task<string[]> Dump(byte[] log, params string[] options) =>
        (await ToolRun.Of(log, ["dump", "-", "--format", "jsonl", .. options])).OutputLines;

    [Fact]
    public async Task Lines_have_the_documented_form()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(
            5, 2, WalBytes.Put(3, "k", "v"), WalBytes.LogData("note"), WalBytes.DeleteRange("a", "b"), WalBytes.Noop(),
            WalBytes.CommitWithTimestamp("t", "x")));
        Assert.Equal(
            [
                """{"kind":"file","file":"-"}""",
                $$"""{"kind":"record","offset":0,"endOffset":{{log.Length}},"size":"""
                    + $$"""{{log.Length - 7}},"crc32c":"{{WalBytes.Crc32C(log.AsSpan(7)):x8}}","sequence":5,"count":2}""",
                """{"kind":"operation","type":"Put","sequence":5,"columnFamily":3,"key":"6b","value":"76"}""",
                """{"kind":"operation","type":"LogData","sequence":6,"value":"6e6f7465"}""",
                """{"kind":"operation","type":"DeleteRange","sequence":6,"columnFamily":0,"key":"61","endKey":"62"}""",
                """{"kind":"operation","type":"Noop","sequence":7}""",
                """{"kind":"operation","type":"CommitWithTimestamp","sequence":7,"timestamp":"74","xid":"78"}""",
                """{"kind":"end","records":1}""",
            ],
            await Dump(log));
    }

    [Fact]
    public async Task A_given_log_number_is_shown()
    {
        Assert.Equal("""{"kind":"file","file":"-","logNumber":42}""", (await Dump([], "--log-number", "42"))[0]);
    }

    [Fact]
    public async Task Values_are_left_out_on_request()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v"), WalBytes.LogData("note")));
        string[] lines = await Dump(log, "--no-values");
        Assert.Equal("""{"kind":"operation","type":"Put","sequence":1,"columnFamily":0,"key":"6b"}""", lines[2]);
        Assert.Equal("""{"kind":"operation","type":"LogData","sequence":2}""", lines[3]);
    }

    [Fact]
    public async Task A_timestamp_is_shown_separately_and_that_of_a_range_end_only_if_it_differs()
    {
        byte[] sizes = [0, 0, 0, 0, 2, 0];
        byte[] log =
        [
            .. WalBytes.Fragment(10, sizes),
            .. WalBytes.Record(WalBytes.Batch(1, 2, WalBytes.DeleteRange("aTT", "bTT"), WalBytes.DeleteRange("aTT", "bUU"))),
        ];
        string[] lines = await Dump(log);
        Assert.EndsWith(
            """{"kind":"operation","type":"DeleteRange","sequence":1,"columnFamily":0,"key":"61","endKey":"62","timestamp":"5454"}""",
            lines[2]);
        Assert.EndsWith(""","key":"61","endKey":"62","timestamp":"5454","endTimestamp":"5555"}""", lines[3]);
    }

    [Fact]
    public async Task Batch_damage_follows_the_operations_before_it()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 2, WalBytes.Put("k", "v"), [0x7F, 1, 2]));
        string[] lines = await Dump(log);
        Assert.Contains("\"key\":\"6b\"", lines[2]);
        Assert.StartsWith(
            """{"kind":"finding","finding":"unknownBatchTag","severity":"damage","file":"-","offset":0,"bytes":3,""",
            lines[3]);
        Assert.Contains("\"reason\":\"unknown WriteBatch tag: 127\",", lines[3]);
    }

    [Fact]
    public async Task A_sequence_number_too_large_is_damage()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1UL << 56, 1, WalBytes.Put("k", "v")));
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "jsonl");
        JsonElement finding = Assert.Single(run.OfKind("finding"));
        Assert.Equal(
            (log.Length - 7, 1L << 56, "sequence 72057594037927936 is too large"),
            (finding.GetProperty("bytes").GetInt32(), finding.GetProperty("firstSequence").GetInt64(),
                finding.GetProperty("reason").GetString()));
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Consecutive_old_records_are_one_line()
    {
        byte[] log =
        [
            .. WalBytes.RecyclableRecord(9, WalBytes.Batch(1, 1, WalBytes.Put("k", "v"))),
            .. WalBytes.RecyclableRecord(7, WalBytes.Batch(1, 1, WalBytes.Put("k", "v"))),
            .. WalBytes.RecyclableRecord(7, WalBytes.Batch(2, 1, WalBytes.Put("k", "v"))),
        ];
        foreach (string mode in new[] { "point-in-time", "skip-corrupt" })
        {
            ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "jsonl", "--log-number", "9", "--mode", mode);
            Assert.Equal(["""{"kind":"oldRecord","offset":28,"logNumber":7}"""], run.OutputLines.Where(line => line.Contains("oldRecord")));
            Assert.Equal(0, run.ExitCode);
        }
    }

    [Fact]
    public async Task A_value_larger_than_any_buffer_is_complete()
    {
        string file = TestFiles.Committed("kvrocks/large/db/000010.log");
        ToolRun run = await ToolRun.Of("dump", file, "--format", "jsonl", "--type", "Put");
        Assert.Contains(run.OfKind("operation"), operation => operation.GetProperty("value").GetString()!.Length > 2 * 131_072);
    }

    [Fact]
    public async Task Sub_batch_numbering_is_carried_over_from_log_to_log_of_a_folder()
    {
        // Tag 0x13 shows that the database numbers sub-batches. Two different keys then share a number.
        byte[] shows = WalBytes.Record(WalBytes.Batch(1, 1, [0x13], WalBytes.Put("a", "1"), [0x0A, 1, (byte)'x']));
        byte[] shares = WalBytes.Record(WalBytes.Batch(2, 2, WalBytes.Put("a", "1"), WalBytes.Put("b", "2")));
        using var folder = new TempFolder();
        folder.Write("archive/000001.log", shows);
        folder.Write("000002.log", shares);
        using var other = new TempFolder();
        other.Write("000003.log", shares);
        ToolRun run = await ToolRun.Of("dump", folder.Path, other.Path, "--format", "jsonl", "--type", "put");
        Assert.Equal([1, 2, 2, 2, 3], run.OfKind("operation").Select(operation => operation.GetProperty("sequence").GetInt32()));
    }
}
