using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// The model, from which the random histories of the suite come, against a redis-server: the commands of a history lead there to the
/// dataset of the model.
/// </summary>
public sealed class ModelCommandTests(RedisServer server) : IClassFixture<RedisServer>
{
    [SkippableFact]
    public async Task The_commands_of_a_history_lead_to_the_dataset_of_the_model()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        await ModelComparison.PrepareAsync(connection);
        Gen<int[]> histories = Gen.Choose(1, 80).SelectMany(length => Gen.Choose(0, int.MaxValue - 1).ArrayOf(length));
        Prop.ForAll(histories.ToArbitrary(), numbers => RunAsync(connection, numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    /// <summary>All expiries of the model are long before or after it.</summary>
    private const ulong Now = 1_000_000_000_000;

    private static async Task<Property> RunAsync(RedisConnection connection, int[] numbers)
    {
        // Redis knows no version that comes back: the history ends before the first one.
        int length = Enumerable.Range(1, numbers.Length).TakeWhile(count => !RandomHistory.Of(numbers[..count]).HasReturned).Count();
        ModelServer model = RandomHistory.Of(numbers[..length]);
        await connection.AskAsync("FLUSHDB");
        List<string> problems = [];
        foreach (string[] command in model.Commands)
        {
            RespValue reply = await connection.ExecuteAsync(
                RedisCommands.Command([.. ForRedis(command).Select(ModelKey.Bytes)]));
            if (reply.IsError)
            {
                problems.Add($"{string.Join(' ', command)}: {reply.Text}");
            }
        }

        problems.AddRange(await connection.DifferencesAsync(
            [.. ModelState.Of(model, Now).Where(key => key.Type != KvrocksType.HyperLogLog.Name)]));
        string commands = string.Join('\n', model.Commands.Select(command => string.Join(' ', command)));
        return (problems.Count == 0).Label($"{string.Join('\n', problems.Take(5))}\n{commands}");
    }

    /// <summary>Returns a command for Redis, where a sorted set takes the place of a sortedint.</summary>
    private static string[] ForRedis(string[] command) => command[0] switch
    {
        "SIADD" => ["ZADD", command[1], command[2], command[2]],
        "SIREM" => ["ZREM", command[1], command[2]],
        _ => command,
    };
}
