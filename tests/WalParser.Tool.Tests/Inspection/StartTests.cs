using System.Text.Json;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>
/// A sequence number to begin with, or of which the state is wanted, that the logs do not contain: a finding, and nothing is written or
/// sent. The logs of the report begin with 6 and end with 10.
/// </summary>
public sealed class StartTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly string Full = TestFiles.Committed("reports/start-gap/full");
    private static readonly string Pruned = TestFiles.Committed("reports/start-gap/pruned");

    private const string BeginsLater =
        "walparser: 000014.log: these logs begin with sequence number 6; what was written before lies in table files, which are not read";

    public static TheoryData<string, string> Starts => new()
    {
        { "4", "000014.log: these logs begin with sequence number 6; 4 to 5 are missing" },
        { "5", "000014.log: these logs begin with sequence number 6; 5 is missing" },
        { "1", "000014.log: these logs begin with sequence number 6; 1 to 5 are missing" },
        { "12", "the logs end with sequence number 10; 11 is missing" },
        { "99", "the logs end with sequence number 10; 11 to 98 are missing" },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task A_start_that_the_logs_lack_is_a_loss(string start, string says)
    {
        foreach (string command in new[]
            {
                "commands", "replay --dry-run", "replay --raw --dry-run", "replay --to redis://127.0.0.1:1 --dry-run --offline",
            })
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), "--from-sequence", start, Pruned]);
            Assert.Equal((command, 1), (command, run.ExitCode));
            Assert.Single(run.ErrorLines, line => line == "walparser: " + says);
            Assert.Equal(command == "commands" ? "" : "would send nothing\n", run.Output);
        }

        foreach (string format in new[] { "text", "csv", "jsonl" })
        {
            ToolRun run = await ToolRun.Of("dump", "--from-sequence", start, "--format", format, Pruned);
            Assert.Equal((format, 1), (format, run.ExitCode));
            Assert.Single(
                format == "jsonl" ? run.SeriousReasons : run.ErrorLines,
                line => line == (format == "jsonl" ? says.Replace("000014.log: ", "", StringComparison.Ordinal) : "walparser: " + says));
        }
    }

    /// <summary>A reader that follows the logs does not know their end.</summary>
    [Theory]
    [InlineData("4", "these logs begin with sequence number 6; 4 to 5 are missing")]
    [InlineData("6", null)]
    [InlineData("7", null)]
    public async Task Following_reports_a_start_that_the_logs_lack(string start, string? says)
    {
        ToolRun run = await ToolRun.Of("dump", "--follow", "--limit", "1", "--from-sequence", start, "--format", "jsonl", Pruned);
        Assert.Equal(says is null ? 0 : 1, run.ExitCode);
        Assert.Equal(says is null ? [] : [says], run.SeriousReasons);
    }

    [Theory]
    [InlineData("6", 5)]
    [InlineData("7", 4)]
    [InlineData("10", 1)]
    [InlineData("11", 0)]
    public async Task A_start_at_a_batch_or_right_after_the_end_is_no_finding(string start, int commands)
    {
        ToolRun run = await ToolRun.Of("commands", "--from-sequence", start, Pruned);
        Assert.Equal((0, commands), (run.ExitCode, run.OutputLines.Length));
        Assert.Equal(start == "6" ? [] : [BeginsLater], run.ErrorLines);
        ToolRun dump = await ToolRun.Of("dump", "--from-sequence", start, "--format", "jsonl", Pruned);
        Assert.Equal(0, dump.ExitCode);
        Assert.Empty(dump.SeriousFindings);
    }

    [Theory]
    [InlineData("commands")]
    [InlineData("replay --dry-run")]
    [InlineData("replay --raw --dry-run")]
    [InlineData("dump")]
    public async Task A_start_inside_a_batch_is_a_finding(string command)
    {
        string folder = TestFiles.Committed("kvrocks/rotated");
        JsonElement batch = (await ToolRun.Of("dump", "--format", "jsonl", folder)).OfKind("record")
            .First(record => record.GetProperty("count").GetUInt64() > 2 && record.GetProperty("offset").GetInt64() > 0);
        ulong first = batch.GetProperty("sequence").GetUInt64();
        ulong last = first + batch.GetProperty("count").GetUInt64() - 1;
        ToolRun run = await ToolRun.Of([.. command.Split(' '), "--from-sequence", $"{first + 1}", folder]);
        Assert.Equal(1, run.ExitCode);
        string output = run.Output + run.Error;
        Assert.Contains(
            $", offset {batch.GetProperty("offset")}: sequence number {first + 1} lies inside the batch {first} to {last}\n", output);
        bool sendsNothing = output.Contains("would send nothing\n", StringComparison.Ordinal);
        Assert.Equal(command.StartsWith("replay", StringComparison.Ordinal), sendsNothing);
        Assert.Equal(0, (await ToolRun.Of([.. command.Split(' '), "--from-sequence", $"{first}", folder])).ExitCode);
        Assert.Equal(0, (await ToolRun.Of([.. command.Split(' '), "--from-sequence", $"{last + 1}", folder])).ExitCode);
    }

    /// <summary>A gap in the middle of the logs is what is missing.</summary>
    [Fact]
    public async Task A_start_in_a_gap_sends_nothing()
    {
        using var folder = new TempDatabase();
        folder.WriteLog("000004.log", TempDatabase.Puts(1, 3));
        folder.WriteLog("000008.log", TempDatabase.Puts(8, 1));
        ToolRun run = await ToolRun.Of("replay", "--raw", "--dry-run", "--from-sequence", "5", folder.Path);
        Assert.Equal((1, "would send nothing\n"), (run.ExitCode, run.Output));
        Assert.Contains("000008.log, offset 0: gap: expected sequence number 4, found 8: 4 missing\n", run.Error);
    }

    [Theory]
    [InlineData("3", "000014.log: these logs begin with sequence number 6; they do not show the state at 3")]
    [InlineData("5", "000014.log: these logs begin with sequence number 6; they do not show the state at 5")]
    [InlineData("11", "the logs end with sequence number 10; they do not show the state at 11")]
    public async Task A_state_that_the_logs_do_not_show_is_a_loss(string sequence, string says)
    {
        ToolRun run = await ToolRun.Of("keys", "--at-sequence", sequence, Pruned);
        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.ErrorLines, line => line == "walparser: " + says);
    }

    /// <summary>A database begins with 1, so the state at 0 is the empty one.</summary>
    [Fact]
    public async Task The_state_at_0_of_whole_logs_is_the_empty_one()
    {
        ToolRun run = await ToolRun.Of("keys", "--at-sequence", "0", Full);
        Assert.Equal(new ToolRun(0, "", ""), run);
        Assert.Equal(1, (await ToolRun.Of("keys", "--at-sequence", "0", Pruned)).ExitCode);
    }

    [Fact]
    public async Task Logs_without_a_batch_do_not_show_a_state()
    {
        using var folder = new TempDatabase();
        folder.WriteLog("000004.log");
        ToolRun run = await ToolRun.Of("keys", "--at-sequence", "5", folder.Path);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("walparser: the logs contain no batch; they do not show the state at 5", run.ErrorLines[0]);
        Assert.Equal(0, (await ToolRun.Of("keys", folder.Path)).ExitCode);
    }

    /// <summary>The batch of the report has the numbers 6 to 8.</summary>
    [Theory]
    [InlineData("5", null, 5)]
    [InlineData("6", "000010.log, offset 250: sequence number 6 lies inside the batch 6 to 8; the last state before it is that at 5", 5)]
    [InlineData("7", "000010.log, offset 250: sequence number 7 lies inside the batch 6 to 8; the last state before it is that at 5", 5)]
    [InlineData("8", null, 8)]
    public async Task A_state_inside_a_batch_is_a_finding(string sequence, string? says, int keys)
    {
        ToolRun run = await ToolRun.Of("keys", "--at-sequence", sequence, TestFiles.Committed("reports/diff-m3340"));
        Assert.Equal((says is null ? 0 : 1, keys), (run.ExitCode, run.OutputLines.Length - 1));
        Assert.Equal(
            says is null
                ? []
                : ["walparser: " + says, "walparser: next: ask for the state at the last number of the batch, or at the one before it"],
            run.ErrorLines);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("10")]
    public async Task A_state_that_the_logs_show_is_no_finding(string sequence)
    {
        ToolRun run = await ToolRun.Of("keys", "--at-sequence", sequence, Full);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(int.Parse(sequence, System.Globalization.CultureInfo.InvariantCulture), run.OutputLines.Length - 1);
    }

    /// <summary>The report: a replay up to 3 from the full logs, then from those that begin with 6.</summary>
    [SkippableFact]
    public async Task A_replay_that_cannot_continue_at_its_checkpoint_sends_nothing()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 1);
        string[] target = ["--to", server.Endpoint(1).ToString(), "--checkpoint", "at"];
        ToolRun first = await ToolRun.Of(["replay", .. target, "--to-sequence", "3", Full]);
        Assert.Equal((0, "last applied sequence 3"), (first.ExitCode, first.OutputLines[^1]));

        ToolRun second = await ToolRun.Of(["replay", .. target, Pruned]);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("walparser: 000014.log: these logs begin with sequence number 6; 4 to 5 are missing", second.ErrorLines);
        Assert.StartsWith("3 database=", (await connection.AskAsync("GET", "at")).Text, StringComparison.Ordinal);
        Assert.Equal(4, (await connection.AskAsync("DBSIZE")).Integer);

        ToolRun whole = await ToolRun.Of(["replay", .. target, Full]);
        Assert.Equal((0, "last applied sequence 10"), (whole.ExitCode, whole.OutputLines[^1]));
    }
}
