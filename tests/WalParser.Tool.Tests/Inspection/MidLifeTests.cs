using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>Logs that begin after the first sequence number of their database: the commands say so before anything else.</summary>
public sealed class MidLifeTests
{
    private const string Log = "kvrocks/rotated/db/archive/000014.log";

    [Theory]
    [InlineData("keys")]
    [InlineData("commands")]
    [InlineData("replay --dry-run")]
    [InlineData("replay --raw --dry-run")]
    [InlineData("history str:plain")]
    public async Task What_was_written_before_is_not_read(string command)
    {
        ToolRun run = await ToolRun.Of([.. command.Split(' '), TestFiles.Committed(Log)]);
        string first = (await ToolRun.Of("dump", "--format", "jsonl", TestFiles.Committed(Log))).OfKind("record")[0]
            .GetProperty("sequence").ToString();
        Assert.Equal(
            $"walparser: 000014.log: these logs begin with sequence number {first}; what was written before lies in table files, which are "
            + "not read",
            run.ErrorLines.First(line => !line.Contains("MANIFEST", StringComparison.Ordinal)));
        Assert.Equal(0, run.ExitCode);
    }

    /// <summary>Damage before the first batch can have been what is missing: nothing says that it lies in table files.</summary>
    [Fact]
    public async Task What_is_missing_after_damage_is_not_said_to_lie_in_table_files()
    {
        using var folder = new TempFolder();
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(Log));
        log[30] ^= 1;
        ToolRun run = await ToolRun.Of("verify", folder.Write("000014.log", log));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "what was written before lies in the damaged bytes before it, or in table files, which are not read",
            run.Output.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task Keys_counts_the_keys_that_can_be_incomplete()
    {
        ToolRun run = await ToolRun.Of("keys", "--format", "jsonl", "--expired", TestFiles.Committed(Log));
        int incomplete = run.JsonLines.Count(line => line.TryGetProperty("incomplete", out _));
        Assert.True(incomplete > 0);
        Assert.Contains(
            $"walparser: {incomplete} key{(incomplete == 1 ? "" : "s")} may be incomplete, because the logs begin later than the database",
            run.ErrorLines);
        ToolRun whole = await ToolRun.Of("keys", TestFiles.Committed("kvrocks/types"));
        Assert.Equal("", whole.Error);
    }

    /// <summary>A log of a database from its beginning begins with 1.</summary>
    [Fact]
    public async Task Logs_from_the_beginning_have_no_note()
    {
        using var folder = new TempDatabase();
        folder.WriteLog("000004.log", TempDatabase.LogData(1), TempDatabase.Puts(1, 2));
        ToolRun run = await EveryCommand.VerifyAsync(folder.Path);
        Assert.Empty(run.Findings);
    }
}
