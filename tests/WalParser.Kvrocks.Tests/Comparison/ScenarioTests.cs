using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>The recorded logs of Kvrocks servers are the same as a redis-server into which they were replayed.</summary>
public sealed class ScenarioTests(RedisServer server) : IClassFixture<RedisServer>
{
    /// <summary>The types that a redis-server 7 does not have.</summary>
    internal static readonly string[] OtherTypes = ["MBbloom--", "ReJSON-RL", "TDIS-TYPE", "timeseries", "MBbloomCF"];

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_replayed_log_equals_the_server(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        Keyspace keyspace = Comparisons.KeyspaceOf(scenario.Batches);
        foreach (string space in scenario.Spaces.Keys)
        {
            await using RedisConnection connection = await server.ConnectEmptyAsync(database: 1);
            await Replays.RunAsync(
                server.Endpoint(1), Replays.Plain(space) with { CheckpointKey = Replays.CheckpointKey }, scenario.Batches);
            ComparisonOptions options = Comparisons.Of(space) with { CheckpointKey = Replays.CheckpointKey };
            (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(server.Endpoint(1), keyspace, options);
            Assert.Empty(Comparisons.Lines(differences));
            Assert.Equal(result.EqualCount > 0, Comparisons.HasTypesBeside(OtherTypes, keyspace, space));
            Assert.All(
                result.Uncompared.Where(entry => entry.Reason != UncomparedReason.OtherNamespace),
                entry => Assert.True(entry.Reason == UncomparedReason.NoSuchType && OtherTypes.Contains(entry.Subject), $"{entry}"));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task All_keys_are_missing_on_an_empty_server(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 2);
        (List<KeyDifference> differences, ComparisonResult result) =
            await Comparisons.RunAsync(server.Endpoint(2), Comparisons.KeyspaceOf(scenario.Batches), new ComparisonOptions());
        Assert.Equal(
            result.KeyCount - result.ExpiredCount - result.Uncompared.Sum(entry => entry.Count), differences.Count);
        Assert.All(differences, difference => Assert.Equal(KeyDifferenceKind.Missing, difference.Kind));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task All_keys_are_extra_for_an_empty_dataset(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        string space = scenario.Spaces.Keys.First();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 3);
        await Replays.RunAsync(server.Endpoint(3), Replays.Plain(space), scenario.Batches);
        long size = (await connection.AskAsync("DBSIZE")).Integer;
        (List<KeyDifference> differences, ComparisonResult result) =
            await Comparisons.RunAsync(server.Endpoint(3), new Keyspace(), Comparisons.Of(space));
        Assert.Equal((size, size), (differences.Count, result.ExtraCount));
        Assert.All(differences, difference => Assert.Equal(KeyDifferenceKind.Extra, difference.Kind));

        (differences, result) = await Comparisons.RunAsync(
            server.Endpoint(3), new Keyspace(), Comparisons.Of(space) with { IsLogWhole = false });
        Assert.Empty(differences);
        Assert.Equal(size, result.Uncompared.Where(entry => entry.Reason == UncomparedReason.UnknownToLogs).Sum(entry => entry.Count));
    }
}
