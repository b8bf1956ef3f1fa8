using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;
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
            Assert.Equal(Replays.CheckpointValue(number), Replays.WithoutSelection((await master.AskAsync("GET", key)).Text));
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

    /// <summary>
    /// A replica takes its master's place without the last write of one slot. Nothing is sent to that slot any more, also if the new master
    /// is known already because of another slot, of which it lacks nothing. The next replay brings what is lost.
    /// </summary>
    [SkippableFact]
    public async Task A_new_master_that_lacks_a_confirmed_batch_ends_the_replay()
    {
        RedisServer.SkipIfAbsent();
        await BeginAsync();
        RedisConnection node = await cluster.MasterOfAsync(0);
        int master = cluster.Ports.Single(port => cluster.Node(port) == node);
        int replica = await cluster.ReplicaOfAsync(master);
        string[] names =
        [
            .. await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
                await cluster.MasterOfAsync(RedisSlot.Of(Encoding.ASCII.GetBytes($"x{i}"))) == node ? $"x{i}" : "")),
        ];
        string[] keys = [.. names.Where(name => name.Length > 0).Take(2)];
        var model = new ModelServer();
        foreach ((string name, string field) in new[] { (keys[0], "1"), (keys[1], "1"), (keys[1], "2"), (keys[0], "3"), (keys[1], "4") })
        {
            model.Change(name, KvrocksType.Hash, key => key.Fields[field] = field);
            model.EndBatch();
        }

        ReplayOptions options = Options with { Window = 1 };
        await using (Replayer replayer = await Replayer.ConnectAsync(cluster.Endpoint(), options))
        {
            await replayer.ReplayAsync(new WriteBatch(model.Batches[0]));
            await replayer.ReplayAsync(new WriteBatch(model.Batches[1]));
            await WaitForAsync(cluster.Node(master), keys[1], "1");
            await node.AskAsync("WAIT", "1", "10000");
            await cluster.SetReplicationAsync(master, isOn: false);
            await replayer.ReplayAsync(new WriteBatch(model.Batches[2]));
            await WaitForAsync(cluster.Node(master), keys[1], "2");
            await cluster.FailOverAsync(replica, takesOver: true);
            await cluster.SetReplicationAsync(master, isOn: true);
            await cluster.WaitUntilHealthyAsync();

            await replayer.ReplayAsync(new WriteBatch(model.Batches[3]));
            RedisException lost = await Assert.ThrowsAsync<RedisException>(async () =>
            {
                await replayer.ReplayAsync(new WriteBatch(model.Batches[4]));
                await replayer.CompleteAsync();
            });
            Assert.Contains("what it had not yet replicated is lost", lost.Message, StringComparison.Ordinal);
            await replayer.StopAsync();
        }

        ReplayResult result = await Replays.RunAsync(cluster.Endpoint(), options, model.Batches);
        Assert.Equal(0, result.RefusalCount);
        Assert.InRange(result.HealedCount, 1, 2);
        List<KeyState> actual = [.. (await cluster.StateAsync()).Where(key => !IsCheckpoint(key))];
        IReadOnlyList<KeyState> expected = ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Empty(StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
    }

    private static async Task WaitForAsync(RedisConnection connection, string key, string field)
    {
        for (DateTime end = DateTime.UtcNow.AddMinutes(1); (await connection.AskAsync("HEXISTS", key, field)).Integer == 0;)
        {
            Assert.True(DateTime.UtcNow < end, $"{key} has no field {field}.");
            await Task.Delay(10);
        }
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
