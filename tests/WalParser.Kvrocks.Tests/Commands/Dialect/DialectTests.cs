using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>
/// The commands for Kvrocks create the dataset of the log in a model of Kvrocks: the types that Redis does not have or stores in another
/// way. The other types have the same commands as for Redis, which other tests load into a redis-server.
/// </summary>
public class DialectTests(ITestOutputHelper output)
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    private static CommandOptions ForKvrocks => Replay.Plain() with { Target = CommandTarget.Kvrocks };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_recorded_log_results_in_its_dataset(string state)
    {
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        CommandConverter converter = Convert(batches, out KvrocksModel model);
        AssertEqual(converter, model);
        output.WriteLine(string.Join(", ", converter.Notes.Select(note => $"{note.Kind} {note.Subject} {note.Count}")));
        Assert.DoesNotContain(converter.Notes, note => note.Kind is ConversionNoteKind.OtherType or ConversionNoteKind.RuleNotRestored);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_load_in_two_parts_results_in_the_dataset(string state)
    {
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        foreach (int half in (int[])[batches.Count / 3, batches.Count / 2, batches.Count - 1])
        {
            Convert(batches[..half], out KvrocksModel model);
            var second = new CommandConverter(ForKvrocks);
            foreach (byte[] payload in batches[..half])
            {
                var batch = new WriteBatch(payload);
                second.Skip(ref batch);
            }

            Run(second.Convert(batches[half..]), model);
            AssertEqual(second, model);
        }
    }

    /// <summary>
    /// The log of TS.DEL a 0 3037, where the samples are at 3037 and 7084 and the rule from a to b has not counted any. TS.DEL a 3037 3037,
    /// which begins after the latest bucket of the rule, would end a Kvrocks server of November 2025.
    /// </summary>
    [Fact]
    public async Task A_deletion_begins_no_later_than_the_latest_bucket_of_a_rule()
    {
        List<byte[]> batches = await RecordedLogs.ReadAsync(TestFiles.Committed("reports/timeseries-rule"));
        string[] commands = [.. new CommandConverter(ForKvrocks).Convert(batches).Select(command => command.ToString())];
        Assert.Equal("TS.DEL a 0 3037", Assert.Single(commands, command => command.StartsWith("TS.DEL ", StringComparison.Ordinal)));

        CommandConverter converter = Convert(batches, out KvrocksModel model);
        AssertEqual(converter, model);
        Assert.Empty(converter.Notes);
    }

    /// <summary>A series of which the log shows only a part may be on the server already, so that it is not created by TS.CREATE.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_command_of_a_log_without_its_beginning_is_refused(string state)
    {
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        foreach (int part in (int[])[1, 2, 3])
        {
            Convert(batches[(batches.Count * part / 4)..], out _);
        }
    }

    [Fact]
    public void A_random_history_results_in_its_dataset()
    {
        Gen<int[]> histories =
            from length in Gen.Choose(1, 60)
            from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(length)
            select numbers;
        Prop.ForAll(histories.ToArbitrary(), numbers =>
        {
            CommandConverter converter = Convert(RandomHistory.Of(numbers).Batches, out KvrocksModel model);
            AssertEqual(converter, model);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private static CommandConverter Convert(IEnumerable<byte[]> payloads, out KvrocksModel model)
    {
        var converter = new CommandConverter(ForKvrocks);
        model = new KvrocksModel();
        Run(converter.Convert(payloads), model);
        return converter;
    }

    private static void Run(List<RedisCommand> commands, KvrocksModel model) => commands.ForEach(model.Run);

    private static void AssertEqual(CommandConverter converter, KvrocksModel model)
    {
        SortedSet<string> expected =
            ModelledState.Of(converter.Keyspace.Keys.Where(key => key.Namespace.Span.SequenceEqual("__namespace"u8)));
        SortedSet<string> actual = ModelledState.Of(model);
        Assert.Equal(string.Join('\n', expected.Except(actual)), string.Join('\n', actual.Except(expected)));
    }
}
