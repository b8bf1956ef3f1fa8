using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Replays that send the batches themselves to a server that applies them.</summary>
public sealed class RawReplayTests
{
    private static readonly ReplayOptions Raw = new() { IsRaw = true };

    private static readonly SlotRange?[] Ranges =
        [null, new SlotRange(0, 8191), new SlotRange(8192, 16383), new SlotRange(5000, 9000), new SlotRange(16383)];

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_target_has_every_key_of_the_source(string state)
    {
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        await using var server = new FakeKvrocks();
        ReplayResult result = await Replays.RunAsync(server.Endpoint, Raw, batches);
        Assert.Equal((0L, BatchNumbers.LastSequence(batches)), (result.RefusalCount, result.LastSequence));
        SortedSet<string> expected = RecordedState.Read(TestFiles.PathOf(state));
        ulong now = NowOf(server.Keyspace);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', ShownKeyspace.Of(server.Keyspace, now)));

        // Batches that need no change are sent unchanged.
        var sent = server.Batches.Select(Convert.ToHexString).ToHashSet();
        Assert.All(batches.Where(IsAllOfKeys), batch => Assert.Contains(Convert.ToHexString(batch), sent));
        Assert.Contains(batches, IsAllOfKeys);
        Assert.All(server.Batches, AssertBelongsToKeys);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_keys_of_the_requested_slots_and_namespaces_are_sent(string state)
    {
        foreach (string folder in RecordedState.DatabasesOf(state))
        {
            List<byte[]> batches = await RecordedLogs.ReadAsync(folder);
            Keyspace whole = KeyspaceOf(batches);
            SlotEncoding encoding = whole.SlotEncoding == SlotEncoding.On ? SlotEncoding.On : SlotEncoding.Off;
            string[] namespaces = [.. whole.Keys.Select(key => Encoding.UTF8.GetString(key.Namespace.Span)).Distinct()];
            foreach (string? ns in (string?[])[null, .. namespaces])
            {
                foreach (SlotRange? slots in Ranges)
                {
                    await AssertFilteredAsync(batches, whole, encoding, ns, slots);
                }
            }
        }
    }

    /// <summary>
    /// Batches that are sent twice have the same result, so a replay can continue after a lost connection, from a checkpoint that is not up
    /// to date or from a sequence number.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_replay_continues_after_a_lost_connection(string state)
    {
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        foreach (bool hasCheckpoint in (bool[])[true, false])
        {
            await using var server = new FakeKvrocks { CommandsToCut = 2 + (batches.Count / 2) };
            ReplayOptions options = Raw with { CheckpointKey = hasCheckpoint ? Replays.CheckpointKey : null };
            (ReplayResult cut, bool isComplete) = await Replays.TryRunAsync(server.Endpoint, options, batches);
            Assert.False(isComplete);
            Assert.NotNull(cut.UnansweredFrom);
            server.CommandsToCut = int.MaxValue;
            (ReplayResult result, isComplete) = await Replays.TryRunAsync(
                server.Endpoint, hasCheckpoint ? options : options with { FromSequence = cut.UnansweredFrom }, batches);
            Assert.True(isComplete);
            Assert.Equal(BatchNumbers.LastSequence(batches), result.LastSequence);
            Assert.Equal(
                hasCheckpoint ? Replays.CheckpointValue(result.LastSequence) : null, Replays.WithoutSelection(server.Stored(Replays.CheckpointName)));
            Assert.Equal(ShownKeyspace.Of(KeyspaceOf(batches), 0), ShownKeyspace.Of(server.Keyspace, 0));
        }
    }

    [Fact]
    public async Task Operations_of_the_source_server_itself_are_not_sent()
    {
        byte[] key = MadeBatch.MetadataKey("ns", "key");
        byte[] value = [0x81, .. new byte[8], (byte)'x'];
        byte[] batch = new BatchBuilder()
            .Uncounted(0x03, "1"u8.ToArray())
            .Counted(0x05, 4, "lua_f_x"u8.ToArray(), "return 1"u8.ToArray())
            .Counted(0x05, 1, key, value)
            .Counted(0x05, 3, "channel"u8.ToArray(), "message"u8.ToArray())
            .Counted(0x05, 99, "x"u8.ToArray(), "y"u8.ToArray())
            .Counted(0x01, null, MadeBatch.Subkey("key", 1, "element"), "z"u8.ToArray())
            .Uncounted(0x03, "r 0123456789abcdef"u8.ToArray())
            .Build(77).ToArray();
        byte[] expected = new BatchBuilder()
            .Uncounted(0x03, "1"u8.ToArray())
            .Counted(0x05, 1, key, value)
            .Counted(0x01, null, MadeBatch.Subkey("key", 1, "element"), "z"u8.ToArray())
            .Build(77).ToArray();
        byte[] nothing = new BatchBuilder().Counted(0x05, 3, "channel"u8.ToArray(), "message"u8.ToArray()).Build(82).ToArray();
        await using var server = new FakeKvrocks();
        ReplayResult result = await Replays.RunAsync(server.Endpoint, Raw, [batch, nothing]);
        Assert.Equal([Convert.ToHexString(expected)], server.Batches.Select(Convert.ToHexString));
        Assert.Equal((82UL, 1L), (result.LastSequence, result.BatchCount));
    }

    /// <summary>The range of FLUSHALL is reduced to the requested slots in each existing namespace.</summary>
    [Theory]
    [InlineData(SlotEncoding.On)]
    [InlineData(SlotEncoding.Off)]
    public async Task A_deleted_range_is_reduced_to_the_requested_slots(SlotEncoding encoding)
    {
        var builder = new BatchBuilder();
        List<byte[]> batches = [];
        ulong sequence = 1;
        foreach (string ns in (string[])["a", "b"])
        {
            for (int i = 0; i < 50; i++)
            {
                byte[] key = MetadataKey.Compose(
                    Encoding.ASCII.GetBytes(ns), Encoding.ASCII.GetBytes($"key{i}"), encoding == SlotEncoding.On);
                batches.Add(builder.Reset().Counted(0x05, 1, key, [0x81, .. new byte[8], 1]).Build(sequence++).ToArray());
            }
        }

        batches.Add(builder.Reset().Counted(0x0E, 1, [0], [255]).Build(sequence).ToArray());
        await using var server = new FakeKvrocks(new KeyspaceOptions { SlotEncoding = encoding });
        await Replays.RunAsync(server.Endpoint, Raw, batches[..^1]);
        Assert.Equal(100, server.Keyspace.Keys.Count());
        SlotRange slots = new(3000, 12000);
        ReplayOptions options = Raw with
        {
            Slots = slots,
            Commands = new CommandOptions { Keyspace = new KeyspaceOptions { SlotEncoding = encoding } },
        };
        await Replays.RunAsync(server.Endpoint, options, batches);
        string[] left =
        [
            .. server.Keyspace.Keys
                .Select(key => $"{Encoding.ASCII.GetString(key.Namespace.Span)} {Encoding.ASCII.GetString(key.UserKey.Span)}")
                .Order(StringComparer.Ordinal),
        ];
        IEnumerable<string> expected = ((string[])["a", "b"]).SelectMany(ns =>
            Enumerable.Range(0, 50)
                .Where(i => !slots.Contains(RedisSlot.Of(Encoding.ASCII.GetBytes($"key{i}"))))
                .Select(i => $"{ns} key{i}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), left);
        Assert.InRange(left.Length, 2, 98);
    }

    [Fact]
    public async Task A_replay_of_some_slots_requires_a_known_slot_encoding()
    {
        await using var server = new FakeKvrocks();
        await Assert.ThrowsAsync<ArgumentException>(() => Replays.RunAsync(server.Endpoint, Raw with { Slots = new SlotRange(1) }, []));
    }

    private static async Task AssertFilteredAsync(List<byte[]> batches, Keyspace whole, SlotEncoding encoding, string? ns, SlotRange? slots)
    {
        var keyspace = new KeyspaceOptions { SlotEncoding = encoding };
        await using var server = new FakeKvrocks(keyspace);
        ReplayOptions options = Raw with
        {
            Slots = slots,
            Commands = new CommandOptions { Keyspace = keyspace, Namespaces = ns is null ? null : [Encoding.UTF8.GetBytes(ns)] },
        };
        ReplayResult result = await Replays.RunAsync(server.Endpoint, options, batches);
        Assert.Equal(0, result.RefusalCount);
        Assert.Equal(
            whole.Keys.Where(key => IsWanted(key, ns, slots)).Select(ShownKeyspace.LineOf).Order(StringComparer.Ordinal),
            server.Keyspace.Keys.Select(ShownKeyspace.LineOf).Order(StringComparer.Ordinal));
        Assert.Equal(0, server.Keyspace.UndecodableCount);
    }

    private static bool IsWanted(KeyspaceKey key, string? ns, SlotRange? slots) =>
        (ns is null || Encoding.UTF8.GetString(key.Namespace.Span) == ns) && slots?.Contains(RedisSlot.Of(key.UserKey.Span)) != false;

    private static bool IsAllOfKeys(byte[] payload)
    {
        int keys = 0;
        var batch = new WriteBatch(payload);
        foreach (WriteBatchOperation operation in batch)
        {
            keys += operation.HasKey ? 1 : 0;
            if (operation.Type == OperationType.LogData ? operation.Value.StartsWith("r "u8) : operation.ColumnFamily is 3 or 4)
            {
                return false;
            }
        }

        return keys > 0;
    }

    private static void AssertBelongsToKeys(byte[] payload) => Assert.True(IsAllOfKeys(payload));

    private static Keyspace KeyspaceOf(IEnumerable<byte[]> batches)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        return keyspace;
    }

    /// <summary>
    /// Returns the creation time of the last key, which approximates the time at which the state was read. A log has no other clock. 0 if
    /// the keys have none.
    /// </summary>
    private static ulong NowOf(Keyspace keyspace) => (ulong)keyspace.Keys
        .Where(key => key.Metadata.HasVersion)
        .Select(key => key.Metadata.Version.CreatedAt.ToUnixTimeMilliseconds())
        .DefaultIfEmpty()
        .Max();
}
