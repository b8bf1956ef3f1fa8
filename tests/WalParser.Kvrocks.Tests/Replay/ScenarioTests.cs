using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// Replays the recorded logs of Kvrocks servers into a redis-server. Its dataset is then the recorded state of the Kvrocks server.
/// </summary>
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
            Assert.Equal(BatchNumbers.LastSequence(scenario.Batches), result.LastSequence);
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
    }

    /// <summary>Replays all namespaces, each into a database of its own, with the checkpoint in another database.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Each_namespace_and_the_checkpoint_have_their_own_database(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        string[] names = [.. scenario.Spaces.Keys];
        await using RedisConnection checkpoints = await server.ConnectAsync(database: 20);
        await checkpoints.AskAsync("FLUSHALL");
        ReplayOptions options = Replays.Plain() with
        {
            Commands = Replays.Plain().Commands with
            {
                Namespaces = [.. names.Select(name => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(name))],
            },
            DatabaseOf = ns => 1 + Array.IndexOf(names, System.Text.Encoding.UTF8.GetString(ns.Span)),
            CheckpointKey = Replays.CheckpointKey,
        };

        // FLUSHALL also deletes the checkpoint in the other database; the batch sets it again after FLUSHALL.
        await RunCutAsync(server.Endpoint(20), options, scenario.Batches, new Random(3), $"{state} in databases");
        await Replays.AssertCheckpointAsync(checkpoints, BatchNumbers.LastSequence(scenario.Batches));
        Assert.Equal(1, (await checkpoints.AskAsync("DBSIZE")).Integer);
        foreach (string name in names)
        {
            await using RedisConnection connection = await server.ConnectAsync(1 + Array.IndexOf(names, name));
            Assert.Empty(await connection.DifferencesAsync(scenario.Spaces[name]));
        }
    }

    /// <summary>The connection is lost repeatedly at random places. Each replay continues from the checkpoint alone.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_replay_continues_at_the_right_place_after_a_lost_connection(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            for (int seed = 0; seed < 4; seed++)
            {
                await using RedisConnection connection = await server.ConnectAsync(database: 30);
                await connection.AskAsync("FLUSHALL");
                await RunCutAsync(
                    server.Endpoint(30),
                    Replays.Plain(space) with { CheckpointKey = Replays.CheckpointKey },
                    scenario.Batches,
                    new Random(seed),
                    $"{state} {space}");
                await Replays.AssertCheckpointAsync(connection, BatchNumbers.LastSequence(scenario.Batches));
                await connection.AskAsync("DEL", Replays.CheckpointName);
                Assert.Empty(await connection.DifferencesAsync(expected));
            }
        }
    }

    /// <summary>
    /// Stops replays as Ctrl-C does: the replay waits for the replies to the commands that were sent, and the next one continues after the
    /// last sequence number of the result.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_stopped_replay_continues_after_its_last_sequence_number(string state)
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
                Assert.Equal(BatchNumbers.LastSequence(scenario.Batches[..stop]), part.LastSequence);
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
            // The number of bytes grows with each attempt, so that the replay completes eventually. It doubles, because each attempt first
            // brings the keys to their state that an earlier one has changed.
            await using var proxy = new CuttingProxy(endpoint, 200 + random.Next(200 * (2 << Math.Min(cuts / 2, 20))));
            try
            {
                (ReplayResult result, isComplete) = await Replays.TryRunAsync(proxy.Endpoint, options, batches);
                Assert.Equal(0, result.RefusalCount);

                // The checkpoint may not have been told what the lost replay has confirmed, but it contains what the server executed.
                Assert.True(result.ExecutedSequence >= last, $"{result.ExecutedSequence} is less than {last}");
                last = result.LastSequence;
                Assert.True(result.UnansweredFrom is not { } unanswered || unanswered > last);
            }
            catch (RedisException)
            {
                // The connection was lost during the handshake.
            }
        }

        output.WriteLine($"{what}: {cuts - 1} cuts");
    }
}
