using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;
using Xunit.Abstractions;

namespace WalParser.Tool.Tests.RocksDb;

/// <summary>
/// The records of every fixture's WALs in the output of <c>walparser dump</c>, compared with RocksDB's <c>ldb dump_wal</c>. Features that a
/// release of ldb does not support are reported by ldb itself or visible in the log's first record. Everything that ldb shows is compared.
/// </summary>
public partial class LdbDumpTests(ITestOutputHelper output)
{
    private const int BlockSize = 32768;

    // Types of the first record that releases of ldb older than the log do not support: 10, 11, 131 (log_format.h).
    private const int TypeOffset = 6;

    /// <summary>The logs of the scenarios, and the hostile log that ldb does not read forever.</summary>
    public static TheoryData<string> Logs =>
    [
        .. TestFiles.Named("*.log").Where(log => !log.StartsWith("hostile/", StringComparison.Ordinal)
            && !log.StartsWith("conformance/", StringComparison.Ordinal)),
        "hostile/damaged-zstd-record-77.log",
    ];

    [SkippableTheory]
    [MemberData(nameof(Logs))]
    public async Task Records_equal_those_of_RocksDB(string log)
    {
        ChildResult ldb = await Ldb.RunOnCopyAsync(log, "dump_wal", "--walfile={0}", "--header", "--print_value");
        if (ldb.Error.Contains("WriteCommitted mode", StringComparison.Ordinal))
        {
            ldb = await Ldb.RunOnCopyAsync(log, "dump_wal", "--walfile={0}", "--header", "--print_value", "--write_committed=false");
        }

        Assert.StartsWith("Sequence,Count,ByteSize,Physical Offset", ldb.OutputLines[0]);
        string[] theirs = ldb.OutputLines[1..];
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", TestFiles.PathOf(log));
        Assert.NotEqual(2, run.ExitCode);
        List<(string Line, HashSet<string> Types)> ours = RecordsOf(run.JsonLines);
        int compared = 0;
        foreach (string line in theirs)
        {
            // Records that ldb skipped must have the reason that is checked below.
            Assert.True(compared < ours.Count, $"{line[..Math.Min(100, line.Length)]} is missing");
            AssertSame(line, ours[compared++].Line);
        }

        if (compared == ours.Count)
        {
            return;
        }

        int type = (await File.ReadAllBytesAsync(TestFiles.PathOf(log)))[TypeOffset];
        if (NotImplemented().Match(ldb.Error) is { Success: true } match)
        {
            // ldb stops at the first operation that it cannot print.
            Assert.NotEqual(0, ldb.ExitCode);
            Assert.Contains(match.Groups[1].Value, ours[compared].Types);
        }
        else
        {
            // ldb reads nothing after a record of an unknown type. It reports the recyclable types, and skips the others without a message.
            Assert.True(type is 10 or 11 or 131 && compared == 0, $"ldb reads {compared} of {ours.Count} records: {ldb.Error}");
            Assert.Equal(type != 10, ldb.Error.Contains("Corruption detected in log file", StringComparison.Ordinal));
        }

        output.WriteLine(
            $"ldb reads {compared} of {ours.Count} records; the first is of type {type}; its error output is '{ldb.Error.Trim()}'");
    }

    private static void AssertSame(string theirs, string ours)
    {
        string[] shown = theirs.Split(',', 5);
        string[] read = ours.Split(',', 5);
        Assert.Equal((shown[0], shown[1], shown[2]), (read[0], read[1], read[2]));
        Assert.Equal(shown[4].TrimEnd(), read[4].TrimEnd());

        // RocksDB shows the offset where it began to read, before zeros at the end of a block in which no header fits.
        long offset = long.Parse(read[3], CultureInfo.InvariantCulture);
        long before = offset - long.Parse(shown[3], CultureInfo.InvariantCulture);
        Assert.True(before == 0 || (before is > 0 and < 11 && offset % BlockSize == 0), $"at {shown[3]}, not {read[3]}");
    }

    private static List<(string Line, HashSet<string> Types)> RecordsOf(JsonElement[] lines)
    {
        List<(string Line, HashSet<string> Types)> records = [];
        foreach (JsonElement line in lines)
        {
            switch (line.GetProperty("kind").GetString())
            {
                case "record":
                    records.Add(($"{Raw(line, "sequence")},{Raw(line, "count")},{Raw(line, "size")},{Raw(line, "offset")},", []));
                    break;
                case "operation":
                    records[^1].Types.Add(line.GetProperty("type").GetString()!);
                    records[^1] = (records[^1].Line + TextOf(line), records[^1].Types);
                    break;
            }
        }

        return records;
    }

    /// <summary>Formats an operation as ldb's handler prints it. ldb does not print log data.</summary>
    private static string TextOf(JsonElement line)
    {
        string Bytes(string name) => "0x" + line.GetProperty(name).GetString()!.ToUpperInvariant();
        string Family() => $"({Raw(line, "columnFamily")}) : {Bytes("key")}";
        return line.GetProperty("type").GetString() switch
        {
            "Put" => $"PUT{Family()} : {Bytes("value")} ",
            "Merge" => $"MERGE{Family()} : {Bytes("value")} ",
            "Delete" => $"DELETE{Family()} ",
            "SingleDelete" => $"SINGLE_DELETE{Family()} ",
            "DeleteRange" => $"DELETE_RANGE{Family()} {Bytes("endKey")} ",
            "BeginPrepare" => $"BEGIN_PREPARE({Raw(line, "unprepared")}) ",
            "EndPrepare" => $"END_PREPARE({Bytes("xid")}) ",
            "Commit" => $"COMMIT({Bytes("xid")}) ",
            "Rollback" => $"ROLLBACK({Bytes("xid")}) ",
            "Noop" => "NOOP ",
            "LogData" => "",
            string other => $"{other} ",
            null => "",
        };
    }

    private static string Raw(JsonElement line, string name) => line.GetProperty(name).GetRawText();

    [GeneratedRegex("([A-Za-z]+?)(?:CF)? not implemented")]
    private static partial Regex NotImplemented();
}
