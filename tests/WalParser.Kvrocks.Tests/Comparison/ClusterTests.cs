using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Comparisons with a cluster of three masters.</summary>
public sealed class ClusterTests(RedisCluster cluster) : IClassFixture<RedisCluster>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_replayed_log_equals_the_cluster(string state)
    {
        RedisServer.SkipIfAbsent();
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        foreach (string space in scenario.Spaces.Keys)
        {
            await BeginAsync(scenario, space);

            // Any node will do, also a replica.
            (List<KeyDifference> differences, ComparisonResult result) = await RunAsync(scenario, space, node: 4);
            Assert.Empty(Comparisons.Lines(differences));
            string[] otherTypes =
                [.. result.Uncompared.Where(entry => entry.Reason == UncomparedReason.NoSuchType).Select(entry => entry.Subject)];
            Assert.Equal(
                result.EqualCount > 0, Comparisons.HasTypesBeside(otherTypes, Comparisons.KeyspaceOf(scenario.Batches), space));
            Assert.All(
                result.Uncompared,
                entry => Assert.True(entry.Reason is UncomparedReason.OtherNamespace or UncomparedReason.NoSuchType, $"{entry}"));
        }
    }

    [SkippableFact]
    public async Task What_differs_on_any_master_is_found()
    {
        RedisServer.SkipIfAbsent();
        RecordedScenario scenario = await BulkAsync();
        string[] keys = [.. KeysOf(scenario).DistinctBy(OwnerOf).Take(3)];
        Assert.Equal(3, keys.Length);
        foreach (string key in keys)
        {
            RedisConnection master = await cluster.MasterOfAsync(SlotOf(key));
            await master.AskAsync("SETRANGE", key, "3", "#");
            await master.AskAsync("SET", $"extra{{{key}}}", "1");
        }

        (List<KeyDifference> differences, _) = await RunAsync(scenario, "__namespace");

        Assert.Equal(
            [.. keys.Select(key => $"Different {key}").Concat(keys.Select(key => $"Extra extra{{{key}}}")).Order()],
            differences.Select(difference => $"{difference.Kind} {Encoding.UTF8.GetString(difference.Key.Span)}").Order());

        int OwnerOf(string key) => SlotOf(key) * 3 / RedisSlot.Count;
    }

    /// <summary>Keys that are neither at the old master nor at the new one when the two are listed must not be overlooked.</summary>
    [SkippableFact]
    public async Task Slots_may_move_meanwhile()
    {
        RedisServer.SkipIfAbsent();
        RecordedScenario scenario = await BulkAsync();
        string key = KeysOf(scenario).First();
        RedisConnection master = await cluster.MasterOfAsync(SlotOf(key));
        await master.AskAsync("SET", $"extra{{{key}}}", "1");
        int target = (await cluster.MastersAsync()).First(port => cluster.Node(port) != master);
        Func<Task> end = await cluster.BeginMoveAsync(SlotOf(key), target);

        // One of the two keys is at the new master already, which answers only after ASKING.
        Task<(List<KeyDifference> Differences, ComparisonResult Result)> comparison = RunAsync(scenario, "__namespace");
        await Task.Delay(1500);
        Assert.False(comparison.IsCompleted);
        await end();
        (List<KeyDifference> differences, _) = await comparison;

        Assert.Equal([$"Extra extra{{{key}}}"], Comparisons.Lines(differences));
    }

    [SkippableFact]
    public async Task A_replica_may_take_the_place_of_its_master_meanwhile()
    {
        RedisServer.SkipIfAbsent();
        RecordedScenario scenario = await BulkAsync();
        int comparisons = 0;
        Task failOver = FailOverAsync();
        do
        {
            (List<KeyDifference> differences, _) = await RunAsync(scenario, "__namespace", node: comparisons++ % 3);
            Assert.Empty(Comparisons.Lines(differences));
        }
        while (!failOver.IsCompleted);

        await failOver;

        async Task FailOverAsync()
        {
            foreach (int replica in await cluster.ReplicasAsync())
            {
                await cluster.FailOverAsync(replica, takesOver: false);
                await cluster.WaitUntilHealthyAsync();
            }
        }
    }

    [SkippableFact]
    public async Task A_slot_that_stays_half_moved_ends_the_list()
    {
        RedisServer.SkipIfAbsent();
        await cluster.WaitUntilHealthyAsync();
        await cluster.FlushAsync();
        RedisConnection master = await cluster.MasterOfAsync(0);
        int target = (await cluster.MastersAsync()).First(port => cluster.Node(port) != master);
        Func<Task> end = await cluster.BeginMoveAsync(0, target);
        await using (ClusterSource source = await SourceAsync(TimeSpan.FromSeconds(1)))
        {
            RedisException refused = await Assert.ThrowsAsync<RedisException>(async () =>
            {
                await foreach (RespValue[] _ in source.ListAsync(100, CancellationToken.None))
                {
                }
            });
            Assert.Contains("is being moved. See to it that", refused.Message, StringComparison.Ordinal);
        }

        await end();
    }

    [SkippableFact]
    public async Task A_slot_without_a_master_ends_the_comparison()
    {
        RedisServer.SkipIfAbsent();
        await cluster.WaitUntilHealthyAsync();
        foreach (int port in cluster.Ports)
        {
            await cluster.Node(port).ExecuteAsync(RedisCommands.Command("CLUSTER", "DELSLOTS", "7"));
        }

        try
        {
            await using ClusterSource source = await SourceAsync(TimeSpan.FromSeconds(1));
            byte[] key = SlotTags.KeyIn(7, default).ToArray();
            RedisException refused = await Assert.ThrowsAsync<RedisException>(
                () => source.AskAsync(["TYPE"u8.ToArray(), key], CancellationToken.None));
            Assert.Contains("has not served slot 7 for 1 s", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            int owner = (await cluster.MastersAsync())[0];
            await cluster.Node(owner).AskAsync("CLUSTER", "ADDSLOTS", "7");
            await cluster.WaitUntilHealthyAsync();
        }
    }

    private async Task<ClusterSource> SourceAsync(TimeSpan patience)
    {
        RedisEndpoint endpoint = cluster.Endpoint();
        RedisConnection node = cluster.Node(cluster.Ports[0]);
        ClusterConnections? nodes = await ClusterConnections.FindAsync(
            arguments => node.ExecuteAsync(arguments), endpoint, RedisConnectionOptions.Default, refuse: true, isFenced: false);
        return new ClusterSource(nodes!, endpoint) { Patience = patience };
    }

    private async Task<RecordedScenario> BulkAsync()
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(
            (string)Cases.Select(one => one[0]).First(state => ((string)state).Contains("bulk", StringComparison.Ordinal)));
        await BeginAsync(scenario, "__namespace");
        return scenario;
    }

    private async Task BeginAsync(RecordedScenario scenario, string space)
    {
        await cluster.WaitUntilHealthyAsync();
        await cluster.FlushAsync();
        await Replays.RunAsync(
            cluster.Endpoint(), Replays.Plain(space) with { CheckpointKey = Replays.CheckpointKey }, scenario.Batches);
    }

    private Task<(List<KeyDifference> Differences, ComparisonResult Result)> RunAsync(
        RecordedScenario scenario, string space, int node = 0) =>
        Comparisons.RunAsync(
            cluster.Endpoint(node),
            Comparisons.KeyspaceOf(scenario.Batches),
            Comparisons.Of(space) with { CheckpointKey = Replays.CheckpointKey });

    private static IEnumerable<string> KeysOf(RecordedScenario scenario) =>
        Comparisons.KeyspaceOf(scenario.Batches).Keys
            .Where(key => key.Type == Metadata.KvrocksType.String && key.ExpiryMilliseconds == 0)
            .Select(key => Encoding.UTF8.GetString(key.UserKey.Span))
            .Order(StringComparer.Ordinal);

    private static int SlotOf(string key) => RedisSlot.Of(Encoding.UTF8.GetBytes(key));
}
