using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// Replays of random histories that are stopped at random places. The next replay sends the commands that were deferred until then, and
/// does not repeat the others.
/// </summary>
public sealed class HistoryTests(RedisServer server) : IClassFixture<RedisServer>
{
    /// <summary>
    /// With the first value, future expiries are sent immediately; with the second, all are deferred. Both occur if days pass between two
    /// replays.
    /// </summary>
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromDays(50_000)];

    [SkippableFact]
    public async Task A_random_history_can_be_stopped_anywhere()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        await connection.AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
        Gen<int[]> histories = Gen.Choose(1, 60).SelectMany(length => Gen.Choose(0, int.MaxValue - 1).ArrayOf(length));
        Prop.ForAll(histories.ToArbitrary(), numbers => RunAsync(connection, numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private async Task<Property> RunAsync(RedisConnection connection, int[] numbers)
    {
        ModelServer model = RandomHistory.Of(numbers);
        await connection.AskAsync("FLUSHDB");
        var random = new Random(numbers[0]);
        ReplayOptions options = Replays.Plain();
        List<string> problems = [];
        int[] stops = [.. Enumerable.Range(0, 3).Select(_ => random.Next(model.Batches.Count + 1)).Order()];

        // The values are in ascending order: an expiry that was deferred once remains deferred, because time does not run backwards.
        TimeSpan[] holds = [.. Enumerable.Range(0, 4).Select(_ => Holds[random.Next(2)]).Order()];
        for (int i = 0; i <= stops.Length; i++)
        {
            bool isLast = i == stops.Length;
            options = options with { Commands = options.Commands with { ExpiryHold = holds[i] } };
            ReplayResult result = await Replays.RunAsync(
                server.Endpoint(1), options, isLast ? model.Batches : model.Batches[..stops[i]], isLast || random.Next(2) == 0);
            problems.AddRange(result.Refusals.Select(refusal => $"{refusal.Command}: {refusal.Message}"));
            options = options with { FromSequence = result.LastSequence + 1 };
        }

        problems.AddRange(await connection.DifferencesAsync(ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())));
        return (problems.Count == 0)
            .Label($"stops {string.Join(' ', stops)}, holds {string.Join(' ', holds)}\n{string.Join('\n', problems.Take(5))}");
    }
}
