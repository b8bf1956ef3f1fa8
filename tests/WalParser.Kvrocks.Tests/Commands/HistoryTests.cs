using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// Random histories of commands, which a model of Kvrocks stores and the converter converts. Afterwards a redis-server has the dataset of
/// the model.
/// </summary>
public sealed class HistoryTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static Gen<int[]> Histories =>
        from length in Gen.Choose(1, 60)
        from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(length)
        select numbers;

    [SkippableFact]
    public async Task A_random_history_results_in_the_same_dataset()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers =>
                LoadAsync(connection, numbers, batches => [new CommandConverter(Replay.Plain()).Convert(batches)]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(250));
    }

    [SkippableFact]
    public async Task A_random_history_can_be_loaded_in_two_parts()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 2);
        Prop.ForAll(Histories.ToArbitrary(), numbers => LoadAsync(connection, numbers, batches =>
        {
            int half = numbers[0] % (batches.Count + 1);
            var second = new CommandConverter(Replay.Plain());
            foreach (byte[] payload in batches[..half])
            {
                var batch = new Batches.WriteBatch(payload);
                second.Skip(ref batch);
            }

            return [new CommandConverter(Replay.Plain()).Convert(batches[..half]), second.Convert(batches[half..])];
        }).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [SkippableFact]
    public async Task The_end_of_a_random_history_results_in_the_known_dataset_without_refusals()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 3);
        Prop.ForAll(Histories.ToArbitrary(), numbers => LoadEndAsync(connection, numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    /// <summary>
    /// Metadata that contradicts the elements: the server has what the keyspace shows, and refuses nothing. The histories are always the same
    /// ones, because one in about 3,000 shows a known limit: a list whose metadata hides all elements, and shows them again later, loses its
    /// expiry.
    /// </summary>
    [SkippableFact]
    public async Task A_random_history_with_garbage_in_metadata_is_loaded_without_refusals()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 5);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers => LoadKnownAsync(connection, GarbageMetadata.In(RandomHistory.Of(numbers).Batches, numbers[0])).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(250).WithReplay(17, 4099));
    }

    /// <summary>A note is expected if the server returns another score than the number.</summary>
    [SkippableFact]
    public async Task A_number_is_noted_if_the_server_rounds_its_score()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 4);
        IEnumerable<ulong> numbers = Enumerable.Range(50, 14)
            .SelectMany(bit => (ulong[])[(1UL << bit) - 1, 1UL << bit, (1UL << bit) + 1, (1UL << bit) + (1UL << 12)]);
        int noted = 0;
        foreach (ulong number in numbers.Append(ulong.MaxValue))
        {
            var model = new ModelServer();
            model.Change("i", KvrocksType.SortedInt, key => key.Numbers.Add(number));
            model.EndBatch();
            var converter = new CommandConverter(Replay.Plain());
            Assert.Empty(await connection.LoadAsync(converter.Convert(model.Batches)));
            string score = (await connection.AskAsync("ZSCORE", "i", $"{number}")).Text;
            bool isExact = new System.Numerics.BigInteger(double.Parse(score, System.Globalization.CultureInfo.InvariantCulture)) == number;
            Assert.Equal(isExact, converter.Notes.All(note => note.Kind != ConversionNoteKind.RoundedScore));
            noted += isExact ? 0 : 1;
        }

        Assert.NotEqual(0, noted);
    }

    private static async Task<Property> LoadEndAsync(RedisConnection connection, int[] numbers)
    {
        List<byte[]> batches = RandomHistory.Of(numbers).Batches;
        return await LoadKnownAsync(connection, batches[(numbers[0] % (batches.Count + 1))..]);
    }

    private static async Task<Property> LoadKnownAsync(RedisConnection connection, List<byte[]> batches)
    {
        await connection.AskAsync("FLUSHDB");
        var converter = new CommandConverter(Replay.Plain());
        List<RedisCommand> commands = converter.Convert(batches);
        List<string> problems = await connection.LoadAsync(commands);
        problems.AddRange(await connection.DifferencesAsync(KnownState.Of(converter.Keyspace, Replay.DefaultNamespace)));
        return (problems.Count == 0).Label($"{string.Join('\n', problems.Take(5))}\n{string.Join('\n', commands.TakeLast(40))}");
    }

    private static async Task<Property> LoadAsync(
        RedisConnection connection, int[] numbers, Func<List<byte[]>, List<RedisCommand>[]> convert)
    {
        ModelServer model = RandomHistory.Of(numbers);
        await connection.AskAsync("FLUSHDB");

        await ModelComparison.PrepareAsync(connection);
        List<string> problems = [];
        List<RedisCommand> commands = [];
        foreach (List<RedisCommand> part in convert(model.Batches))
        {
            commands.AddRange(part);
            problems.AddRange(await connection.LoadAsync(part));
        }

        problems.AddRange(await ModelComparison.DifferencesAsync(connection, model));
        return (problems.Count == 0).Label($"{string.Join('\n', problems.Take(5))}\n{string.Join('\n', commands.TakeLast(40))}");
    }
}
