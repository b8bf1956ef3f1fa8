using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Random histories are the same as a redis-server into which they were replayed.</summary>
public sealed class HistoryTests(RedisServer server) : IClassFixture<RedisServer>
{
    [SkippableFact]
    public async Task A_replayed_history_equals_the_server()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        await connection.AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
        Gen<int[]> histories = Gen.Choose(1, 80).SelectMany(length => Gen.Choose(0, int.MaxValue - 1).ArrayOf(length));
        Prop.ForAll(histories.ToArbitrary(), numbers => RunAsync(connection, numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private async Task<Property> RunAsync(RedisConnection connection, int[] numbers)
    {
        ModelServer model = RandomHistory.Of(numbers);
        await connection.AskAsync("FLUSHDB");
        await Replays.RunAsync(server.Endpoint(1), Replays.Plain(), model.Batches);
        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(
            server.Endpoint(1), Comparisons.KeyspaceOf(model.Batches), new ComparisonOptions());
        return (differences.Count == 0 && result.Uncompared.Count == 0)
            .Label(string.Join('\n', [.. Comparisons.Lines(differences), .. result.Uncompared.Select(entry => $"{entry}")]));
    }
}
