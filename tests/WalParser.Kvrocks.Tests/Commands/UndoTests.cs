using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// Histories are loaded into a redis-server as a whole, and their last part is undone. The server then has the dataset from before.
/// </summary>
public sealed class UndoTests(RedisServer server) : IClassFixture<RedisServer>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    private static Gen<int[]> Histories =>
        from length in Gen.Choose(1, 60)
        from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(length)
        select numbers;

    [SkippableFact]
    public async Task A_suffix_of_a_random_history_is_undone()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers => UndoAsync(connection, numbers, (batches, count) => (batches[..count], batches[count..])).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(250));
    }

    /// <summary>Commands are for the state before, or there are none: no key is brought to a state that it did not have.</summary>
    [SkippableFact]
    public async Task A_suffix_is_undone_for_the_keys_that_a_log_without_its_beginning_shows()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 2);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers => UndoAsync(connection, numbers, (batches, count) =>
                (batches[(numbers[^1] % (count + 1))..count], batches[count..])).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(250));
    }

    [SkippableFact]
    public async Task A_suffix_is_undone_for_the_keys_that_a_log_with_a_gap_shows()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 3);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers => UndoAsync(connection, numbers, (batches, count) =>
            {
                int gap = numbers[^1] % (count + 1);
                return ([.. batches[..gap], .. batches[Math.Min(gap + 1, count)..count]], batches[count..]);
            }).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    /// <summary>Every part of the load may have been executed before it is repeated.</summary>
    [SkippableFact]
    public async Task An_interrupted_load_is_repeated()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 4);
        Prop.ForAll(
            Histories.ToArbitrary(),
            numbers => UndoAsync(
                connection, numbers, (batches, count) => (batches[..count], batches[count..]), interruptedAfter: numbers[^1] % 20)
                .GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task The_end_of_a_recorded_log_is_undone(string state)
    {
        RedisServer.SkipIfAbsent();
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        List<byte[]> batches = scenario.Batches;
        foreach (string space in scenario.Spaces.Keys)
        {
            foreach (int count in (int[])[0, batches.Count / 3, batches.Count / 2, batches.Count - 1])
            {
                await using RedisConnection before = await server.ConnectEmptyAsync(database: 5);
                Assert.Empty(await before.LoadAsync(new CommandConverter(Replay.Plain(space)).Convert(batches[..count])));
                await using RedisConnection connection = await server.ConnectEmptyAsync(database: 6);
                Assert.Empty(await connection.LoadAsync(new CommandConverter(Replay.Plain(space)).Convert(batches)));
                var converter = new UndoConverter(Replay.Plain(space));
                Assert.Empty(await connection.LoadAsync(Convert(converter, batches[..count], batches[count..])));
                Assert.All(
                    converter.LeftAlone,
                    key => Assert.True(key.Reason is KeyLeftAloneReason.NoCommand or KeyLeftAloneReason.JsonOmitted, $"{key.Reason}"));
                HashSet<StateBytes> left = [.. converter.LeftAlone.Select(key => StateBytes.Of(key.Key))];
                Assert.Empty(StateComparison.Of(
                    [.. (await RedisState.ReadAsync(before)).Where(key => !left.Contains(key.Key))],
                    [.. (await RedisState.ReadAsync(connection)).Where(key => !left.Contains(key.Key))],
                    DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
            }
        }
    }

    private static List<RedisCommand> Convert(UndoConverter converter, IEnumerable<byte[]> kept, IEnumerable<byte[]> undone)
    {
        foreach (byte[] payload in kept)
        {
            var batch = new WriteBatch(payload);
            converter.Skip(ref batch);
        }

        foreach (byte[] payload in undone)
        {
            var batch = new WriteBatch(payload);
            converter.Undo(ref batch);
        }

        return [.. converter.Complete()];
    }

    private static async Task<Property> UndoAsync(
        RedisConnection connection,
        int[] numbers,
        Func<List<byte[]>, int, (List<byte[]> Kept, List<byte[]> Undone)> shown,
        int? interruptedAfter = null)
    {
        List<byte[]> batches = RandomHistory.Of(numbers).Batches;
        (ModelServer before, int count) = Before(numbers, batches);
        await connection.AskAsync("FLUSHDB");
        List<string> problems = await connection.LoadAsync(new CommandConverter(Replay.Plain()).Convert(batches));
        (List<byte[]> kept, List<byte[]> undone) = shown(batches, count);
        var converter = new UndoConverter(Replay.Plain());
        List<RedisCommand> commands = Convert(converter, kept, undone);
        if (interruptedAfter is { } number)
        {
            // A transaction that was not completed is not executed.
            List<RedisCommand> first = commands[..Math.Min(number, commands.Count)];
            int open = first.FindLastIndex(command => command.Name is "MULTI" or "EXEC");
            problems.AddRange(await connection.LoadAsync(open >= 0 && first[open].Name == "MULTI" ? first[..open] : first));
        }

        problems.AddRange(await connection.LoadAsync(commands));
        problems.AddRange(Judge(converter, commands));
        HashSet<StateBytes> wrong = [.. converter.LeftAlone.Select(key => StateBytes.Of(key.Key))];
        if (kept.Count + undone.Count < batches.Count)
        {
            // A log that does not have everything does not show the elements that lay under a version before it was brought back.
            wrong.UnionWith(before.Keys.Where(key => before.Carried.Contains(key.Value.Version)).Select(key => NameOf(key.Key)));
        }

        bool isRangeUnknown = converter.Notes.Any(note => note.Kind == ConversionNoteKind.UnknownRange);
        HashSet<StateBytes> named = [.. commands.Where(command => command.Arguments.Length > 1).Select(KeyOf)];
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        problems.AddRange(StateComparison.Of(
            [.. ModelState.Of(before, (ulong)now).Where(IsExpected)],
            [.. (await RedisState.ReadAsync(connection)).Where(IsExpected)],
            now).Differences);
        return (problems.Count == 0).Label($"{string.Join('\n', problems.Take(5))}\n{string.Join('\n', commands.TakeLast(40))}");

        // Keys that a flush deleted, and that the log does not show, are not named one by one.
        bool IsExpected(KeyState key) => !wrong.Contains(key.Key) && (!isRangeUnknown || named.Contains(key.Key));
    }

    /// <summary>Checks what holds for the commands of every undo.</summary>
    private static List<string> Judge(UndoConverter converter, List<RedisCommand> commands)
    {
        List<string> problems = [];
        ulong[] sequences = [.. commands.Select(command => command.Sequence)];
        if (!sequences.SequenceEqual(sequences.OrderDescending()))
        {
            problems.Add("not the newest first");
        }

        HashSet<StateBytes> named = [.. commands.Where(command => command.Arguments.Length > 1).Select(KeyOf)];
        problems.AddRange(converter.LeftAlone.Where(key => named.Contains(StateBytes.Of(key.Key)))
            .Select(key => $"{Encoding.UTF8.GetString(key.Key.Span)} is left alone and named by a command"));
        return problems;
    }

    private static StateBytes NameOf(string key) => StateBytes.Of(ModelKey.Bytes(key));

    private static StateBytes KeyOf(RedisCommand command) =>
        StateBytes.Of(command.Arguments.Span[command.Name == "XGROUP" ? 2 : 1]);

    /// <summary>Returns the model before a suffix of the history that begins with a batch, and the number of batches before it.</summary>
    private static (ModelServer Model, int Count) Before(int[] numbers, List<byte[]> batches)
    {
        for (int length = numbers[0] % (numbers.Length + 1); length > 0; length--)
        {
            ModelServer model = RandomHistory.Of(numbers[..length]);
            int count = model.Batches.Count;
            if (count <= batches.Count && (count == 0 || model.Batches[^1].AsSpan().SequenceEqual(batches[count - 1])))
            {
                return (model, count);
            }
        }

        return (new ModelServer(), 0);
    }
}
