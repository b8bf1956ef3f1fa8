using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>The same findings have the same next steps in all commands, and no command advises itself.</summary>
public sealed class NextTests
{
    private static readonly string[] Commands =
        ["verify", "info", "gaps", "dump", "dump --format csv", "transactions", "keys", "commands", "history k"];

    [Fact]
    public async Task All_commands_name_the_same_next_steps()
    {
        using var folder = new TempDatabase();
        folder.WriteLog("000004.log", TempDatabase.Puts(1, 3));
        folder.WriteLog("000008.log", TempDatabase.Puts(8, 1));
        folder.WriteLog("000012.log", TempDatabase.Puts(20, 1));
        folder.Flip("000008.log", 12);
        string[] expected = NextOf(await ToolRun.Of("verify", folder.Path));
        Assert.Equal(2, expected.Length);
        foreach (string command in Commands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), folder.Path]);
            Assert.Equal((command, string.Join('\n', expected)), (command, string.Join('\n', NextOf(run))));
            Assert.DoesNotContain(expected, line => line.Contains($"'walparser {command}'", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("4")]
    [InlineData("12")]
    public async Task A_start_that_the_logs_lack_has_a_next_step(string start)
    {
        foreach (string command in new[] { "commands", "dump", "dump --format csv", "replay --dry-run" })
        {
            ToolRun run = await ToolRun.Of(
                [.. command.Split(' '), "--from-sequence", start, TestFiles.Committed("reports/start-gap/pruned")]);
            Assert.Equal(
                (command, "next: add the logs that contain them, or begin where the logs begin"),
                (command, Assert.Single(NextOf(run))));
        }
    }

    /// <summary>Between two records of one log, no log can be missing.</summary>
    [Theory]
    [InlineData(false, "next: write what is readable to a clean log: 'walparser salvage'")]
    [InlineData(true, "next: look for a log that is missing or was deleted between the two, for example in a backup")]
    public async Task A_log_is_looked_for_only_between_logs(bool areTwoLogs, string next)
    {
        using var folder = new TempDatabase();
        if (areTwoLogs)
        {
            folder.WriteLog("000004.log", TempDatabase.Puts(1, 3));
            folder.WriteLog("000008.log", TempDatabase.Puts(8, 1));
        }
        else
        {
            // The damage drops the rest of its block, so that the gap is seen at the next one.
            byte[] damaged = TempDatabase.Puts(4, 4, new string('v', 40_000));
            folder.WriteLog("000004.log", TempDatabase.Puts(1, 3), damaged, TempDatabase.Puts(8, 1));
            folder.Flip("000004.log", TempDatabase.LogOf([TempDatabase.Puts(1, 3)]).Length + 20);
        }

        ToolRun run = await ToolRun.Of("verify", folder.Path);
        Assert.Contains(": gap: expected sequence number 4, found 8: 4 missing\n", run.Output);
        Assert.Equal(next, Assert.Single(NextOf(run)));
    }

    private static string[] NextOf(ToolRun run) =>
    [
        .. run.OutputLines.Concat(run.ErrorLines.Select(line => line.Replace("walparser: ", "", StringComparison.Ordinal)))
            .Where(line => line.StartsWith("next: ", StringComparison.Ordinal)),
    ];
}
