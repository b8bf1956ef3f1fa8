using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using static WalParser.TestSupport.Redis.RedisCommands;

using Operation = (byte Tag, uint Family, byte[] Key, byte[] Value);

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// A log that shows the elements of a key again and again, without writing them, is converted to commands in proportion to it, which lead
/// to its last state.
/// </summary>
public sealed class RewriteAllowanceTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const int Elements = 200;
    private const int Flips = 300;
    private const byte Hash = 2;
    private const byte List = 3;
    private const byte Set = 4;
    private const ulong Version = 5;
    private const ulong Middle = ulong.MaxValue / 2;

    private static readonly string Long = new('v', 200);

    public static TheoryData<string> Kinds => [.. Logs.Keys];

    /// <summary>Logs whose first batch writes some elements, and whose others write the metadata of the key alone.</summary>
    private static Dictionary<string, List<byte[]>> Logs { get; } = new()
    {
        ["list"] = [.. ListLog()],
        ["type"] = [.. HashLog(MetadataOf(Set, Elements), MetadataOf(Hash, Elements))],
        ["size"] = [.. HashLog(MetadataOf(Hash, 0), MetadataOf(Hash, Elements))],
        ["no command"] = [.. HashLog(MetadataOf(9, Elements, new byte[64]), MetadataOf(Hash, Elements))],
        ["field expiration"] = [.. HashLog(MetadataOf(Hash, Elements, [1, .. new byte[24]]), MetadataOf(Hash, Elements))],
        ["flush"] = [.. HashLog(MetadataOf(Hash, Elements), MetadataOf(Hash, Elements), (MadeBatch.RangeDeletion, 1, [0], [255]))],
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_commands_are_in_proportion_to_the_log(string kind)
    {
        List<byte[]> log = Logs[kind];
        var converter = new CommandConverter();
        List<RedisCommand> commands = converter.Convert(log);
        long written = commands.Sum(command => command.Arguments.ToArray().Sum(argument => (long)argument.Length));

        // Twice what the log writes, what is allowed at first, and the state at the end.
        Assert.InRange(written, 1, (4 * log.Sum(batch => batch.Length)) + RewriteAllowance.First);
        ConversionNote note = Assert.Single(converter.Notes, note => note.Kind == ConversionNoteKind.StatesOmitted);
        Assert.Equal("k", Encoding.ASCII.GetString(Assert.Single(note.Examples).Span));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_has_the_last_state(string kind)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 11);
        for (int length = Flips - 3; length <= Flips; length++)
        {
            await connection.AskAsync("FLUSHDB");
            var converter = new CommandConverter(Replay.Plain("ns"));
            Assert.Empty(await connection.LoadAsync(converter.Convert(Logs[kind][..length])));
            await AssertState(connection, converter);
        }
    }

    /// <summary>The second converter does not know which states the first one omitted.</summary>
    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_load_that_is_interrupted_leads_to_the_last_state(string kind)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 12);
        List<byte[]> log = Logs[kind];
        for (int half = Flips - 40; half < Flips - 36; half++)
        {
            await connection.AskAsync("FLUSHDB");
            Assert.Empty(await connection.LoadAsync([.. ConvertAll(new CommandConverter(Replay.Plain("ns")), log[..half])]));
            var second = new CommandConverter(Replay.Plain("ns"));
            foreach (byte[] payload in log[..half])
            {
                var batch = new WriteBatch(payload);
                second.Skip(ref batch);
            }

            Assert.Empty(await connection.LoadAsync(second.Resume()));
            Assert.Empty(await connection.LoadAsync(second.Convert(log[half..])));
            await AssertState(connection, second);
        }
    }

    [Fact]
    public async Task No_state_of_a_recorded_log_is_omitted()
    {
        foreach (string folder in (string[])["kvrocks/types/db", "kvrocks/bulk/db", "kvrocks/rotated/db"])
        {
            List<byte[]> batches = await RecordedLogs.ReadAsync(TestFiles.Committed(folder));
            var converter = new CommandConverter();
            converter.Convert(batches);
            Assert.DoesNotContain(converter.Notes, note => note.Kind == ConversionNoteKind.StatesOmitted);

            // A server that has all of them needs nothing to go on.
            var second = new CommandConverter(new CommandOptions { ExpiryHold = TimeSpan.Zero });
            foreach (byte[] payload in batches)
            {
                var batch = new WriteBatch(payload);
                second.Skip(ref batch);
            }

            Assert.DoesNotContain(second.Resume(), command => command.Name is "HSET" or "SADD" or "ZADD" or "RPUSH" or "XADD");
        }
    }

    private static IEnumerable<RedisCommand> ConvertAll(CommandConverter converter, IEnumerable<byte[]> payloads)
    {
        foreach (byte[] payload in payloads)
        {
            var batch = new WriteBatch(payload);
            foreach (RedisCommand command in converter.Convert(ref batch))
            {
                yield return command;
            }
        }
    }

    private static async Task AssertState(RedisConnection connection, CommandConverter converter) => Assert.Empty(StateComparison.Of(
        KnownState.Of(converter.Keyspace, "ns"),
        await RedisState.ReadAsync(connection),
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);

    private static IEnumerable<byte[]> ListLog()
    {
        Operation Window(int head) => MetadataOf(List, Elements, [.. Index(head), .. Index(head + Elements)]);
        Operation[] elements =
            [.. Enumerable.Range(0, 2 * Elements).Select(i => Element(Encoding.Latin1.GetString(Index(i)), $"{i}{Long}"))];
        return Numbered([Window(0), .. elements], i => [Window(i % 2 == 0 ? Elements : 0)]);
    }

    private static IEnumerable<byte[]> HashLog(Operation one, Operation other, params Operation[] before)
    {
        // A hash with the expiries of fields has one of eight bytes before each value: these are all zeros.
        Operation[] elements =
            [.. Enumerable.Range(0, Elements).Select(i => Element($"f{i}{Long}", "\0\0\0\0\0\0\0\0v"))];
        return Numbered([other, .. elements], i => [.. before, i % 2 == 0 ? one : other]);
    }

    private static IEnumerable<byte[]> Numbered(Operation[] first, Func<int, Operation[]> next)
    {
        ulong sequence = 1;
        for (int i = -1; i < Flips; i++)
        {
            Operation[] operations = i < 0 ? first : next(i);
            byte[] batch = MadeBatch.Of(operations);
            BitConverter.TryWriteBytes(batch, sequence);
            sequence += (ulong)operations.Length;
            yield return batch;
        }
    }

    private static byte[] Index(int i) => MadeBatch.BigEndian(Middle + (ulong)i);

    private static Operation MetadataOf(byte type, int size, byte[]? body = null) =>
        (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "k"), MadeBatch.Metadata(type, Version, (ulong)size, body ?? []));

    private static Operation Element(string subkey, string value) =>
        (MadeBatch.Put, 0, MadeBatch.Subkey("k", Version, subkey), Encoding.Latin1.GetBytes(value));
}
