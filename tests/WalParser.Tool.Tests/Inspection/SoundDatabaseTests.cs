using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>Databases in which nothing is lost: no command has a finding that is worse than a note.</summary>
public sealed class SoundDatabaseTests
{
    private static readonly string[] HarmlessKinds = ["logsBeginLater", "staleTail", "zerosAtEnd", "obsoleteSequences", "ingestedSequences"];

    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_recorded_scenario_has_notes_at_most(string scenario)
    {
        ToolRun run = await ToolRun.Of("verify", "--format", "json", TestFiles.PathOf(scenario));
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.SeriousFindings);
        Assert.All(run.NoteKinds, kind => Assert.Contains(kind, HarmlessKinds));
        Assert.True(run.Json.GetProperty("summary").GetProperty("clean").GetBoolean());
    }

    /// <summary>The gaps of sound databases, and what explains them.</summary>
    [Theory]
    [InlineData("recovery/20-verify-and-gaps-false-alarm-recycled/db", "obsoleteSequences")]
    [InlineData("recovery/22-gaps-empty-delete-range/db", "")]
    [InlineData("recovery/writes-outside-wal/db", "unloggedSequences")]
    [InlineData("recovery/two-write-queues/db", "unloggedSequences,unloggedSequences")]
    [InlineData("reports/ingest", "ingestedSequences,unloggedSequences")]
    [InlineData("reports/start-gap/full/db", "")]
    [InlineData("reports/udt", "")]
    public async Task A_gap_that_is_explained_is_a_note(string database, string explanations)
    {
        ToolRun run = await EveryCommand.VerifyAsync(TestFiles.Committed(database));
        Assert.Empty(run.SeriousFindings);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            explanations.Split(',', StringSplitOptions.RemoveEmptyEntries),
            run.NoteKinds.Where(kind => kind.EndsWith("Sequences", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_ingested_file_is_named()
    {
        ToolRun run = await ToolRun.Of("gaps", TestFiles.Committed("reports/ingest"));
        Assert.Contains(
            "\n000009.log, offset 0: sequence number 6 was used by ingested table files, table file 8 of the MANIFEST\n", run.Output);
        Assert.EndsWith("\n2 files: no damage found, nothing missing, 2 notes\n", run.Output);
    }
}
