using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>The logs of real servers, replayed into a real redis-server: what that has then is what the Kvrocks server said it had.</summary>
public sealed class ScenarioTests(RedisServer server, ITestOutputHelper output) : IClassFixture<RedisServer>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_has_the_state_after_a_replay(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            await using RedisConnection connection = await server.ConnectAsync(database: 1);
            await connection.AskAsync("FLUSHALL");
            ReplayResult result = await Replays.RunAsync(server.Endpoint(1), Replays.Plain(space), scenario.Batches);
            Assert.Equal((0, null), (result.RefusalCount, result.UnansweredFrom));
            Assert.Equal(Reckoned.LastSequence(scenario.Batches), result.LastSequence);
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
    }

    /// <summary>All namespaces at once, each into its database, the checkpoint in another.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Namespaces_go_into_their_databases_and_the_checkpoint_into_its_own(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        string[] names = [.. scenario.Spaces.Keys];
        await using RedisConnection checkpoints = await server.ConnectAsync(database: 20);
        await checkpoints.AskAsync("FLUSHALL");
        ReplayOptions options = Replays.Plain() with
        {
            Commands = Replays.Plain().Commands with { Namespaces = [.. names.Select(name => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(name))] },
            DatabaseOf = ns => 1 + Array.IndexOf(names, System.Text.Encoding.UTF8.GetString(ns.Span)),
            CheckpointKey = Replays.CheckpointKey,
        };

        // A FLUSHALL would take the other databases' checkpoint along, and does: the batch sets it behind that.
        await RunCutAsync(server.Endpoint(20), options, scenario.Batches, new Random(3), $"{state} in databases");
        Assert.Equal($"{Reckoned.LastSequence(scenario.Batches)}", (await checkpoints.AskAsync("GET", Replays.CheckpointName)).Text);
        Assert.Equal(1, (await checkpoints.AskAsync("DBSIZE")).Integer);
        foreach (string name in names)
        {
            await using RedisConnection connection = await server.ConnectAsync(1 + Array.IndexOf(names, name));
            Assert.Empty(await connection.DifferencesAsync(scenario.Spaces[name]));
        }
    }

    /// <summary>The connection is lost at random places, again and again; nothing is looked at but the checkpoint.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_replay_that_lost_its_connection_goes_on_exactly(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            for (int seed = 0; seed < 4; seed++)
            {
                await using RedisConnection connection = await server.ConnectAsync(database: 30);
                await connection.AskAsync("FLUSHALL");
                await RunCutAsync(server.Endpoint(30), Replays.Plain(space) with { CheckpointKey = Replays.CheckpointKey }, scenario.Batches, new Random(seed), $"{state} {space}");
                Assert.Equal($"{Reckoned.LastSequence(scenario.Batches)}", (await connection.AskAsync("GETDEL", Replays.CheckpointName)).Text);
                Assert.Empty(await connection.DifferencesAsync(expected));
            }
        }
    }

    /// <summary>As Ctrl-C stops it: what is under way is waited for, and the number that comes out is where the next one begins.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_replay_that_was_stopped_goes_on_behind_its_last_sequence_number(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        var random = new Random(1);
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            await using RedisConnection connection = await server.ConnectAsync(database: 40);
            await connection.AskAsync("FLUSHALL");
            int[] stops = [.. Enumerable.Range(0, 4).Select(_ => random.Next(scenario.Batches.Count)).Order()];
            ReplayOptions options = Replays.Plain(space);
            foreach (int stop in stops)
            {
                ReplayResult part = await Replays.RunAsync(server.Endpoint(40), options, scenario.Batches[..stop], isComplete: false);
                Assert.Equal(0, part.RefusalCount);
                Assert.Equal(Reckoned.LastSequence(scenario.Batches[..stop]), part.LastSequence);
                options = options with { FromSequence = part.LastSequence + 1 };
            }

            Assert.Equal(0, (await Replays.RunAsync(server.Endpoint(40), options, scenario.Batches)).RefusalCount);
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
    }

    private async Task RunCutAsync(RedisEndpoint endpoint, ReplayOptions options, List<byte[]> batches, Random random, string what)
    {
        int cuts = 0;
        ulong last = 0;
        for (bool isComplete = false; !isComplete; cuts++)
        {
            // More each time, so that it comes to an end.
            await using var proxy = new CuttingProxy(endpoint, 200 + random.Next(200 * (cuts + 2)));
            try
            {
                (ReplayResult result, isComplete) = await Replays.TryRunAsync(proxy.Endpoint, options, batches);
                Assert.Equal(0, result.RefusalCount);
                Assert.True(result.LastSequence >= last, $"{result.LastSequence} behind {last}");
                last = result.LastSequence;
                Assert.True(result.UnansweredFrom is not { } unanswered || unanswered > last);
            }
            catch (RedisException)
            {
                // Cut while it connected.
            }
        }

        output.WriteLine($"{what}: {cuts - 1} cuts");
    }
}
