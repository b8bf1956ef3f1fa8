using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>The findings of a dump that reads or shows only a part, or in another mode.</summary>
public sealed class DumpOptionsTests
{
    public static TheoryData<string> Damaged =>
    [
        "reports/zero-page", "reports/length-line", "reports/wrong-count", "reports/seq-backwards-inside", "reports/skip-then-fragmented",
        "hostile/rocksdb-hangs-7.log",
    ];

    /// <summary>In a log that is not recycled, the mode changes nothing about what is found.</summary>
    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task Every_mode_has_the_findings_of_verify(string path)
    {
        ToolRun verify = await ToolRun.Of("verify", "--format", "json", TestFiles.Committed(path));
        Assert.Equal(1, verify.ExitCode);
        foreach (string mode in new[] { "tolerate-tail", "absolute", "point-in-time", "skip-corrupt" })
        {
            ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", "--mode", mode, TestFiles.Committed(path));
            Assert.Equal((mode, 1), (mode, dump.ExitCode));
            Assert.Equal(FindingLines.OfJson(verify), FindingLines.OfJson(dump));
        }
    }

    /// <summary>In these modes, RocksDB counts zeros at the end that are shorter than a header as a torn header.</summary>
    [Theory]
    [InlineData("absolute", 1)]
    [InlineData("point-in-time", 1)]
    [InlineData("tolerate-tail", 0)]
    [InlineData("skip-corrupt", 0)]
    public async Task Few_zeros_at_the_end_are_what_the_mode_makes_of_them(string mode, int exitCode)
    {
        byte[] log = [.. TempDatabase.LogOf([TempDatabase.Puts(1, 1)]), .. new byte[5]];
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "jsonl", "--mode", mode);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 0 ? [] : ["truncatedHeader"], run.SeriousKinds);
        Assert.Equal(["zerosAtEnd"], run.NoteKinds);
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    [InlineData("rocksdb/2pc-prepared")]
    [InlineData("rocksdb/recycled")]
    public async Task Committed_operations_have_the_findings_of_verify(string path)
    {
        ToolRun verify = await ToolRun.Of("verify", "--format", "json", TestFiles.Committed(path));
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", "--committed", TestFiles.Committed(path));
        Assert.Equal(verify.ExitCode, dump.ExitCode);
        Assert.Equal(FindingLines.OfJson(verify), FindingLines.OfJson(dump));
    }

    [Fact]
    public async Task The_limit_ends_before_what_follows()
    {
        string log = TestFiles.Committed("reports/zero-page/000010.log");
        ToolRun before = await ToolRun.Of("dump", "--format", "jsonl", "--limit", "16", log);
        Assert.Equal((0, 16), (before.ExitCode, before.OfKind("operation").Length));
        Assert.Empty(before.Findings);
        ToolRun behind = await ToolRun.Of("dump", "--format", "jsonl", "--limit", "17", log);
        Assert.Equal((1, 17), (behind.ExitCode, behind.OfKind("operation").Length));
        Assert.Equal(["zerosInPlaceOfFragment", "sequenceGap"], behind.SeriousKinds);
        Assert.Single(behind.OfKind("end"));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    [InlineData("recovery/23-predecessor-corrupted-log-number/db")]
    [InlineData("rocksdb/rotated")]
    public async Task In_the_recovery_view_each_finding_is_named_once(string path)
    {
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", "--recovery", TestFiles.Committed(path));
        string[] findings = FindingLines.OfJson(dump);
        Assert.Equal(findings.Distinct(), findings);
        Assert.Equal(dump.SeriousFindings.Length > 0 ? 1 : 0, dump.ExitCode);
    }

    /// <summary>In text, what is about the place in the log is in the output, and what is about a file is on standard error.</summary>
    [Fact]
    public async Task Text_and_csv_name_each_finding_once()
    {
        string path = TestFiles.Committed("reports/ingest");
        JsonElement[] findings = (await ToolRun.Of("verify", "--format", "json", path)).Findings;
        foreach (string format in new[] { "text", "csv" })
        {
            ToolRun dump = await ToolRun.Of("dump", "--format", format, path);
            Assert.Equal(0, dump.ExitCode);
            string[] lines = [.. dump.OutputLines, .. dump.ErrorLines];
            Assert.All(
                findings,
            finding => Assert.Single(
                lines, line => line.Contains(finding.GetProperty("reason").GetString()!, StringComparison.Ordinal)));
        }
    }
}
