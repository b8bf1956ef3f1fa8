using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Replay;

/// <summary><c>replay</c> into a Redis cluster.</summary>
public sealed class ClusterTests(RedisCluster cluster) : IClassFixture<RedisCluster>
{
    /// <summary>The exit code of a run without faults: the logs have Bloom filters, which no command creates.</summary>
    private const int WithoutBloom = 1;

    private static readonly string Types = TestFiles.Committed("kvrocks/types");

    [SkippableFact]
    public async Task The_logs_restore_the_state_on_all_masters_and_a_second_replay_changes_nothing()
    {
        RedisServer.SkipIfAbsent();
        await cluster.FlushAsync();
        for (int i = 0; i < 2; i++)
        {
            // Any node will do, also a replica.
            ToolRun run = await ReplayAsync(i * 4, "--checkpoint", "at");
            Assert.Equal((WithoutBloom, "last applied sequence"), (run.ExitCode, string.Join(' ', run.OutputLines[^1].Split(' ')[..3])));

            // Expiries that have passed since are deletions, which a second replay sends again.
            Assert.Equal(i == 1, run.Output.Contains("for no batch", StringComparison.Ordinal));
            List<KeyState> actual =
                [.. (await cluster.StateAsync()).Where(key => !key.Key.ToString().Contains("at{", StringComparison.Ordinal))];
            IReadOnlyList<KeyState> expected = StateFile.Read(Path.Combine(Types, "state.json"))["__namespace"];
            Assert.Empty(StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
        }
    }

    [SkippableFact]
    public async Task Every_master_must_be_empty_and_there_must_be_a_checkpoint()
    {
        RedisServer.SkipIfAbsent();
        await cluster.FlushAsync();
        IReadOnlyList<int> masters = await cluster.MastersAsync();
        RedisConnection last = cluster.Node(masters[^1]);
        await last.AskAsync("SET", await KeyOnAsync(last), "1");

        ToolRun none = await ReplayAsync(0);
        Assert.Equal((2, "sent nothing\nlast applied sequence 0\n"), (none.ExitCode, none.Output));
        Assert.Contains("is a node of a cluster; nothing was sent: give --checkpoint KEY", none.Error);
        ToolRun dry = await ReplayAsync(0, "--dry-run", "--existing", "merge");
        Assert.Equal(1, dry.ExitCode);
        Assert.Contains("is a node of a cluster; a replay needs --checkpoint KEY, because", dry.Error);
        Assert.StartsWith("would send ", dry.Output, StringComparison.Ordinal);
        ToolRun filled = await ReplayAsync(0, "--checkpoint", "at");
        Assert.Equal((1, ""), (filled.ExitCode, filled.Output));
        Assert.Contains("is not empty: database 0 has 1 key. Nothing was sent.", filled.Error);
        ToolRun flushed = await ReplayAsync(0, "--checkpoint", "at", "--existing", "flush", "--cluster");
        Assert.Equal(WithoutBloom, flushed.ExitCode);
        Assert.Contains("database 0 has 1 key: deleted (--existing flush)", flushed.Error);
    }

    [SkippableFact]
    public async Task A_replay_can_be_compared_at_the_end_and_afterwards()
    {
        RedisServer.SkipIfAbsent();
        await cluster.FlushAsync();
        ToolRun verified = await ReplayAsync(0, "--checkpoint", "at", "--verify", "--allow-uncompared");
        Assert.Equal(WithoutBloom, verified.ExitCode);
        Assert.Contains(": 68 equal, 0 different, 0 missing on the server, 0 only there", verified.Output);

        string[] compare = ["compare", Types, "--with", cluster.Endpoint(3).ToString(), "--checkpoint", "at", "--allow-uncompared"];
        ToolRun run = await ToolRun.Of(compare);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(": 68 equal, 0 different, 0 missing on the server, 0 only there", run.Output);

        RedisConnection node = cluster.Node((await cluster.MastersAsync())[1]);
        string extra = await KeyOnAsync(node);
        await node.AskAsync("SET", extra, "1");
        run = await ToolRun.Of(compare);
        Assert.Equal((1, $"extra     string      {extra}"), (run.ExitCode, run.OutputLines[0]));

        run = await ToolRun.Of([.. compare, "--namespace-to-db", "__namespace=0"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is a node of a cluster, which has only database 0", run.Error);
    }

    [SkippableFact]
    public async Task The_end_waits_for_replicas_on_request()
    {
        RedisServer.SkipIfAbsent();
        await cluster.WaitUntilHealthyAsync();
        await cluster.FlushAsync();
        ToolRun one = await ReplayAsync(0, "--checkpoint", "at", "--wait-replicas", "1");
        Assert.Equal(WithoutBloom, one.ExitCode);
        await cluster.FlushAsync();
        ToolRun two = await ReplayAsync(0, "--checkpoint", "at", "--wait-replicas", "2", "--timeout", "4");
        Assert.Equal(1, two.ExitCode);
        Assert.Contains("only 1 of 2 replicas of a master confirmed in time that they have received everything", two.Error);

        await using RedisServer alone = await RedisServer.StartAsync();
        ToolRun none = await ToolRun.Of(
            "replay", Types, "--to", alone.Endpoint().ToString(), "--no-json", "--wait-replicas", "1", "--timeout", "2");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("only 0 of 1 replica confirmed in time", none.Error);
        Assert.StartsWith("last applied sequence ", none.OutputLines[^1]);
    }

    [Theory]
    [InlineData("--cluster requires --checkpoint KEY", "--cluster")]
    [InlineData("--cluster sends commands for database 0", "--cluster", "--checkpoint", "at", "--raw")]
    [InlineData("--cluster sends commands for database 0", "--cluster", "--checkpoint", "at", "--namespace-to-db", "a=1")]
    public async Task Options_that_do_not_go_with_a_cluster_are_refused(string message, params string[] options)
    {
        ToolRun run = await ToolRun.Of(["replay", Types, "--to", "redis://127.0.0.1:1", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    /// <summary>Returns a key that the node serves.</summary>
    private static async Task<string> KeyOnAsync(RedisConnection node)
    {
        for (int i = 0; ; i++)
        {
            string key = $"mine:{i}";
            if (!(await node.ExecuteAsync(RedisCommands.Command("GET", key))).IsError)
            {
                return key;
            }
        }
    }

    private Task<ToolRun> ReplayAsync(int node, params string[] options) =>
        ToolRun.Of(["replay", Types, "--to", cluster.Endpoint(node).ToString(), "--no-json", .. options]);
}
