using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>
/// The sequence number up to which the logs are wanted. What lies behind it is not read and has no findings; logs that do not reach it are
/// a finding, in every command.
/// </summary>
public class EndTests
{
    private static readonly string Whole = TestFiles.Committed("kvrocks/rotated");

    public static TheoryData<string> Commands =>
    [
        "keys --at-sequence",
        "keys --format rdb --at-sequence",
        "commands --to-sequence",
        "commands --undo --from-sequence 1 --to-sequence",
        "replay --dry-run --offline --to-sequence",
        "replay --raw --dry-run --offline --to-sequence",
        "dump --to-sequence",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Logs_that_end_before_it_are_a_finding(string command)
    {
        string asked = command.EndsWith("--at-sequence", StringComparison.Ordinal)
            ? "they do not show the state at 1000000"
            : "they do not reach 1000000";
        ToolRun run = await RunAsync(command, "1000000", Whole);
        Assert.Equal((command, 1), (command, run.ExitCode));
        Assert.Single(run.ErrorLines, line => line == "walparser: the logs end with sequence number 3352; " + asked);
        Assert.Contains("walparser: next: add the logs that contain the rest, or ask for no more than they contain", run.ErrorLines);

        // The last number, and the greatest one, which stands for the end.
        Assert.DoesNotContain("the logs end with", (await RunAsync(command, "3352", Whole)).Error);
        Assert.DoesNotContain("the logs end with", (await RunAsync(command, "18446744073709551615", Whole)).Error);
    }

    /// <summary>A log is missing whose first number is 1332. The state at 1000 is whole; a dump reads everything and filters it.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_is_missing_behind_it_is_no_finding(string command)
    {
        using TempDatabase database = TempDatabase.CopyOf(Whole);
        database.Delete("db/archive/000043.log");
        bool isDump = command.StartsWith("dump", StringComparison.Ordinal);
        ToolRun before = await RunAsync(command, "1000", database.Path);
        Assert.Equal(isDump, (before.Output + before.Error).Contains(": gap: expected sequence number 1332", StringComparison.Ordinal));
        ToolRun whole = await RunAsync(command, "1000", Whole);
        Assert.Equal((command, isDump ? 1 : whole.ExitCode), (command, before.ExitCode));
        Assert.Equal(whole.Output, isDump ? whole.Output : before.Output);

        // Within the gap, and behind it.
        foreach (string end in new[] { "1500", "2500" })
        {
            ToolRun run = await RunAsync(command, end, database.Path);
            Assert.Equal((command, end, 1), (command, end, run.ExitCode));
            Assert.Contains(": gap: expected sequence number 1332, found 2034: 702 missing\n", run.Output + run.Error);
        }
    }

    /// <summary>The state at the greatest number is that at the end of the logs.</summary>
    [Fact]
    public async Task The_greatest_number_stands_for_the_end()
    {
        ToolRun end = await ToolRun.Of("keys", Whole);
        Assert.NotEmpty(end.OutputLines);
        Assert.Equal(end.OutputLines, (await ToolRun.Of("keys", "--at-sequence", "18446744073709551615", Whole)).OutputLines);
    }

    private static async Task<ToolRun> RunAsync(string command, string end, string path)
    {
        if (!command.Contains("rdb", StringComparison.Ordinal))
        {
            return await ToolRun.Of([.. command.Split(' '), end, path]);
        }

        using var folder = new TempFolder();
        return await ToolRun.Of([.. command.Split(' '), end, path, "--output", folder.PathOf("dump.rdb")]);
    }
}
