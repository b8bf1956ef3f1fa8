using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Transactions;

/// <summary>The list of transactions, and dumps of committed operations, on logs built byte by byte.</summary>
public class TransactionsTests
{
    private const byte EndPrepare = 0x0A;
    private const byte Commit = 0x0B;
    private const byte RollBack = 0x0C;

    /// <summary>
    /// "a" is prepared and committed with a plain write in between, "b" is prepared in another log, and "c" is left prepared.
    /// </summary>
    private static readonly byte[] Log =
    [
        .. WalBytes.Record(WalBytes.Batch(5, 2, [[0x09], WalBytes.Put("a1", "1"), WalBytes.Put(3, "a2", "2"), Mark(EndPrepare, "a")])),
        .. WalBytes.Record(WalBytes.Batch(5, 1, WalBytes.Put("plain", "3"))),
        .. WalBytes.Record(WalBytes.Batch(6, 0, WalBytes.CommitWithTimestamp("20261122", "a"))),
        .. WalBytes.Record(WalBytes.Batch(8, 0, Mark(Commit, "b"))),
        .. WalBytes.Record(WalBytes.Batch(9, 1, [[0x09], WalBytes.Put("c", "4"), Mark(EndPrepare, "c\n")])),
    ];

    [Fact]
    public async Task The_list_has_the_place_and_the_outcome()
    {
        ToolRun run = await ToolRun.Of(Log, "transactions", "-", "--format", "jsonl");
        Assert.Equal(
            [
                """{"kind":"finding","finding":"logsBeginLater","severity":"note","file":"-","bytes":0,"firstSequence":5,"reason":"these """
                    + """logs begin with sequence number 5; what was written before lies in table files, which are not read"}""",
                """{"kind":"transaction","xid":"61","outcome":"committed","policy":"writeCommitted","firstSequence":"""
                    + """6,"operations":2,"bytes":13,"sections":"""
                    + """1,"commitSequence":6,"commitTimestamp":"3230323631313232","prepared":{"file":"-","offset":"""
                    + """0},"ended":{"file":"-","offset":"""
                    + OffsetOf(2) + "}}",
                """{"kind":"transaction","xid":"62","outcome":"committed","commitSequence":8,"ended":{"file":"-","offset":""" + OffsetOf(3)
                    + "}}",
                """{"kind":"transaction","xid":"630a","outcome":"leftPrepared","policy":"writeCommitted","firstSequence":"""
                    + """9,"operations":1,"bytes":5,"sections":1,"prepared":{"file":"-","offset":"""
                    + OffsetOf(4) + "}}",
                """{"kind":"end","transactions":3,"leftPrepared":1,"leftUnprepared":0,"committed":2,"rolledBack":0,"lost":"""
                    + """0,"findings":0}""",
            ],
            run.OutputLines);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task The_text_list_has_columns()
    {
        ToolRun run = await ToolRun.Of(Log, "transactions", "-");
        Assert.Equal(
            [
                "! standard input: these logs begin with sequence number 5; "
                    + "what was written before lies in table files, which are not read",
                "Outcome          Policy              First  Operations    Bytes   Commit  Prepared          Ended             Xid",
                "committed        write-committed         6           2       13        6  standard input:0  standard input:" + OffsetOf(2)
                    + "  a  timestamp 20261122",
                "committed        unknown                 -           -        -        8  -                 standard input:" + OffsetOf(3)
                    + "  b",
                "left prepared    write-committed         9           1        5        -  standard input:" + OffsetOf(4)
                    + "  -                 hex:630a",
                "3 transactions: 1 left prepared, 2 committed",
            ],
            run.OutputLines);
    }

    [Theory]
    [InlineData("", "plain 5 -,a1 6 61,a2 7 61")]
    [InlineData("--limit 2", "plain 5 -,a1 6 61")]
    [InlineData("--column-family 3", "a2 7 61")]
    [InlineData("--from-sequence 6", "a1 6 61,a2 7 61")]
    [InlineData("--key-prefix a", "a1 6 61,a2 7 61")]
    [InlineData("--type Commit", "")]
    public async Task Filters_apply_to_committed_operations(string options, string expected)
    {
        string[] filters = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ToolRun run = await ToolRun.Of(Log, ["dump", "--committed", "--format", "jsonl", "-", .. filters]);
        Assert.Equal(expected, string.Join(',', run.OfKind("operation").Select(Describe)));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            options.StartsWith("--limit", StringComparison.Ordinal)
                ? []
                : [
                    "walparser: 1 transaction was left prepared and not shown",
                    "walparser: 1 transaction was committed but prepared in a log that was not read, and cannot be shown",
                ],
            run.ErrorLines);
    }

    [Fact]
    public async Task Text_and_csv_name_the_transaction()
    {
        ToolRun text = await ToolRun.Of(Log, "dump", "--committed", "-");
        Assert.Contains("  6  Put           a1 = 1  xid a", text.OutputLines);
        Assert.Contains("  5  Put           plain = 3", text.OutputLines);
        ToolRun csv = await ToolRun.Of(Log, "dump", "--committed", "--format", "csv", "-");
        Assert.Equal(
            [$"-,{OffsetOf(1)},5,Put,0,,plain,3,,,,", $"-,{OffsetOf(2)},6,Put,0,,a1,1,,,a,", $"-,{OffsetOf(2)},7,Put,3,,a2,2,,,a,"],
            csv.OutputLines.Skip(1).Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public async Task A_transaction_may_be_prepared_in_one_log_and_committed_in_another_of_the_same_database()
    {
        byte[] prepare = WalBytes.Record(WalBytes.Batch(1, 1, [[0x12], WalBytes.Put("k", "v"), Mark(EndPrepare, "x")]));
        byte[] commit = WalBytes.Record(WalBytes.Batch(2, 0, Mark(Commit, "x")));
        using var folder = new TempFolder();
        string first = folder.Write("one/archive/000004.log", prepare);
        string second = folder.Write("one/000007.log", commit);
        folder.Write("two/000007.log", WalBytes.Record(WalBytes.Batch(2, 0, Mark(RollBack, "x"))));

        ToolRun run = await ToolRun.Of("transactions", Path.Combine(folder.Path, "one"), Path.Combine(folder.Path, "two"));
        Assert.Contains($"{first}:0", run.OutputLines[1], StringComparison.Ordinal);
        Assert.Contains($"{second}:0", run.OutputLines[1], StringComparison.Ordinal);
        Assert.StartsWith("rolled back      unknown", run.OutputLines[3], StringComparison.Ordinal);
        string other = Path.Combine(folder.Path, "two", "000007.log");
        Assert.StartsWith($"! {other}: these logs begin with sequence number 2; ", run.OutputLines[2], StringComparison.Ordinal);
        Assert.Equal("2 transactions: 1 committed, 1 rolled back", run.OutputLines[4]);

        ToolRun dump = await ToolRun.Of("dump", "--committed", "--format", "jsonl", Path.Combine(folder.Path, "one"));
        Assert.Equal(["k 1 78"], dump.OfKind("operation").Select(Describe));
        Assert.Empty(dump.Error);
    }

    [Theory]
    [InlineData("dump", "--committed")]
    [InlineData("transactions")]
    public async Task Misplaced_marks_are_damage(params string[] command)
    {
        byte[] twice = WalBytes.Record(WalBytes.Batch(9, 1, [[0x09], WalBytes.Put("c", "5"), Mark(EndPrepare, "c\n")]));
        byte[] torn = WalBytes.Record(WalBytes.Batch(9, 1, [WalBytes.Put("k", "v"), [0x42]]));
        ToolRun run = await ToolRun.Of([.. Log, .. twice, .. torn], [.. command, "--format", "jsonl", "-"]);
        Assert.Equal(
            ["a transaction is prepared under the name of one that already is", "unknown WriteBatch tag: 66"],
            run.SeriousReasons.Where(reason => !reason.StartsWith("duplicate", StringComparison.Ordinal)));
        Assert.Equal(1, run.ExitCode);

        ToolRun text = await ToolRun.Of([.. Log, .. twice], [.. command, "-"]);
        Assert.Single(
            text.OutputLines,
            line => line.Contains("name of one that already is, xid hex:630a", StringComparison.Ordinal));
        Assert.Equal(1, text.ExitCode);
    }

    [Fact]
    public async Task Unreadable_input_is_reported()
    {
        ToolRun run = await ToolRun.Of("transactions", "/nowhere/at/all");
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("no such file or folder", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await ToolRun.Of(Log, "transactions", "-", "--format", "csv")).ExitCode);
    }

    /// <summary>The list in the README equals the output of the tool.</summary>
    [Fact]
    public async Task The_README_shows_the_output_of_the_tool()
    {
        string readme = await File.ReadAllTextAsync(TestFiles.Committed("../README.md"));
        string shown = readme.ReplaceLineEndings("\n")
            .Split("$ walparser transactions testdata/rocksdb/2pc-committed | tail -4\n")[1]
            .Split("\n```")[0];
        ToolRun run = await ToolRun.Of("transactions", TestFiles.Committed("rocksdb/2pc-committed"));
        Assert.Equal(run.OutputLines[^4..], shown.Split('\n'));
    }

    private static byte[] Mark(byte tag, string xid) => [tag, (byte)xid.Length, .. Encoding.UTF8.GetBytes(xid)];

    private static string Describe(JsonElement operation) =>
        Encoding.UTF8.GetString(Convert.FromHexString(operation.GetProperty("key").GetString()!))
        + $" {operation.GetProperty("sequence")} {(operation.TryGetProperty("xid", out JsonElement xid) ? xid.GetString() : "-")}";

    /// <summary>Returns the offset of a record of the log.</summary>
    private static int OffsetOf(int record)
    {
        int offset = 0;
        for (; record > 0; record--)
        {
            offset += 7 + BitConverter.ToUInt16(Log, offset + 4);
        }

        return offset;
    }

    [Fact]
    public async Task The_list_fits_a_narrow_terminal()
    {
        const int Width = 60;
        string path = TestFiles.Committed("rocksdb/2pc-committed");
        ToolRun wide = await ToolRun.OnTerminal(200, false, "transactions", path);
        ToolRun narrow = await ToolRun.OnTerminal(Width, false, "transactions", path);
        Assert.All(narrow.OutputLines[..^1], line => Assert.True(line.Length <= Width, line));
        Assert.Equal(wide.OutputLines[^1], narrow.OutputLines[^1]);
        Assert.Equal(
            wide.OutputLines.Length - 2,
            narrow.OutputLines.Count(line => line.StartsWith("  Outcome:", StringComparison.Ordinal)));
    }
}
