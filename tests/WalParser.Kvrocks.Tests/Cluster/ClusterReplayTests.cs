using WalParser.Batches;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Cluster;

/// <summary>Replays into a cluster, one thing at a time.</summary>
public sealed class ClusterReplayTests(RedisCluster cluster) : IClassFixture<RedisCluster>
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");

    private static ReplayOptions Options => Replays.Plain() with { CheckpointKey = Replays.CheckpointKey };

    /// <summary>A slot's checkpoint is in the slot, so that the transaction of the slot's keys sets it.</summary>
    [SkippableFact]
    public async Task Every_slot_with_keys_has_the_number_of_its_last_batch()
    {
        RedisServer.SkipIfAbsent();
        await BeginAsync();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);

        ReplayResult result = await Replays.RunAsync(cluster.Endpoint(), Options, batches);

        Assert.Equal((0L, BatchNumbers.LastSequence(batches)), (result.RefusalCount, result.LastSequence));
        Dictionary<int, ulong> last = [];
        var converter = new CommandConverter(Options.Commands with { IsForCluster = true });
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            IReadOnlyList<RedisCommand> commands = converter.Convert(ref batch);
            foreach ((int slot, _) in CommandSlot.Split(commands))
            {
                last[slot] = commands[0].Sequence + batch.Count - 1;
            }
        }

        foreach ((int slot, ulong number) in last)
        {
            RedisConnection master = await cluster.MasterOfAsync(slot);
            byte[] key = SlotTags.KeyIn(slot, Replays.CheckpointKey).ToArray();
            Assert.Equal(Replays.CheckpointValue(number), (await master.AskAsync("GET", key)).Text);
        }

        int checkpoints = (await cluster.StateAsync()).Count(key => IsCheckpoint(key));
        Assert.Equal(last.Count, checkpoints);
    }

    /// <summary>The other slots go on from where they are; the refused keys are brought to their state.</summary>
    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(4096, false)]
    [InlineData(4096, true)]
    public async Task What_a_master_refused_is_brought_when_the_cause_is_mended(int window, bool keepGoing)
    {
        RedisServer.SkipIfAbsent();
        await BeginAsync();
        ModelServer model = RandomHistory.Of(Enumerable.Range(7, 80));
        RedisConnection master = await cluster.MasterOfAsync(RedisSlot.Of("k3"u8));
        await master.AskAsync("HSET", "k3", "in", "the way");
        ReplayOptions options = Options with { Window = window, KeepGoing = keepGoing };

        ReplayResult refused = await Replays.RunAsync(cluster.Endpoint(), options, model.Batches);
        ReplayResult again = await Replays.RunAsync(cluster.Endpoint(2), options, model.Batches);
        if ((await master.ExecuteAsync(RedisCommands.Command("HGET", "k3", "in"))).Text == "the way")
        {
            // Otherwise the history has deleted it.
            await master.AskAsync("DEL", "k3");
        }

        ReplayResult mended = await Replays.RunAsync(cluster.Endpoint(1), options with { KeepGoing = false }, model.Batches);

        Assert.True(refused.RefusalCount > 0, "the history does not refuse the key");
        Assert.True(again.RefusalCount > 0 || keepGoing, "the key is not refused again");
        Assert.True(refused.LastSequence < refused.Refusals[0].Command.Sequence);
        Assert.Equal((0L, BatchNumbers.LastSequence(model.Batches)), (mended.RefusalCount, mended.LastSequence));
        IReadOnlyList<KeyState> expected = ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        List<KeyState> actual = [.. (await cluster.StateAsync()).Where(key => !IsCheckpoint(key))];
        Assert.Empty(StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
    }

    [SkippableFact]
    public async Task A_cluster_requires_a_checkpoint_and_other_logs_are_refused()
    {
        RedisServer.SkipIfAbsent();
        await BeginAsync();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);

        RedisException none = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(cluster.Endpoint(), Replays.Plain(), batches));
        Assert.Contains("give a name for its checkpoints (--checkpoint)", none.Message, StringComparison.Ordinal);
        RedisException tag = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(cluster.Endpoint(), Options with { CheckpointKey = "a{b}"u8.ToArray() }, batches));
        Assert.Contains("must not contain '{'", tag.Message, StringComparison.Ordinal);

        await Replays.RunAsync(cluster.Endpoint(), Options with { DatabaseId = "one" }, batches);
        RedisException other = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(cluster.Endpoint(), Options with { DatabaseId = "two" }, batches));
        Assert.Contains("belongs to the database one", other.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_that_is_not_a_node_is_refused_if_it_must_be_one()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer single = await RedisServer.StartAsync();

        RedisException refused = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(single.Endpoint(), Options with { RequiresCluster = true }, []));

        Assert.Contains("is not a node of a Redis cluster", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A slot that stays half moved is not waited for without end, and nothing of what was sent is lost.</summary>
    [SkippableFact]
    public async Task A_slot_that_stays_half_moved_ends_the_replay_and_the_next_one_continues()
    {
        RedisServer.SkipIfAbsent();
        await BeginAsync();
        ModelServer model = RandomHistory.Of(Enumerable.Range(100, 60));
        int slot = RedisSlot.Of("k1"u8);
        RedisConnection master = await cluster.MasterOfAsync(slot);
        int target = (await cluster.MastersAsync()).First(port => cluster.Node(port) != master);
        Func<Task> end = await cluster.BeginMoveAsync(slot, target);

        await using (Replayer replayer = await Replayer.ConnectAsync(
            cluster.Endpoint(), Options with { Timeout = TimeSpan.FromSeconds(2) }))
        {
            RedisException refused = await Assert.ThrowsAsync<RedisException>(async () =>
            {
                foreach (byte[] payload in model.Batches)
                {
                    await replayer.ReplayAsync(new WriteBatch(payload));
                }

                await replayer.CompleteAsync();
            });
            Assert.Contains($"has not served slot {slot}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("half moved", refused.Message, StringComparison.Ordinal);
            Assert.NotNull((await replayer.StopAsync()).UnansweredFrom);
        }

        await end();
        ReplayResult result = await Replays.RunAsync(cluster.Endpoint(), Options, model.Batches);
        Assert.Equal(0, result.RefusalCount);
        IReadOnlyList<KeyState> expected = ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        List<KeyState> actual = [.. (await cluster.StateAsync()).Where(key => !IsCheckpoint(key))];
        Assert.Empty(StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
    }

    private async Task BeginAsync()
    {
        foreach (int port in cluster.Ports)
        {
            await cluster.Node(port).AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
        }

        await cluster.WaitUntilHealthyAsync();
        await cluster.FlushAsync();
    }

    private static bool IsCheckpoint(KeyState key) =>
        key.Key.ToString().Contains(Replays.CheckpointName, StringComparison.Ordinal);
}
