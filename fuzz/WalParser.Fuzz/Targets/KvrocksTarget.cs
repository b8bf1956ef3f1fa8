using System.Buffers;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.ServerRecords;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a log as that of a Kvrocks server: decodes every operation, builds the dataset, reads every value in it, and converts everything
/// to commands, and the second half to commands that undo it. Any bytes are accepted. The decoded parts lie in the operation, a second
/// conversion gives the same commands, and each command, as it is sent to a server, is parsed back to the same arguments. A key that is
/// undone comes once, and is not left alone.
/// </summary>
internal sealed partial class KvrocksTarget : FuzzTarget
{
    private const int MaxBitmap = 64 * 1024;

    public override string Name => "kvrocks";

    public override string Description => "a log of Kvrocks: decoded operations, dataset, commands and undoing commands";

    public override int MaxInputSize => 20_000;

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    public override (long Base, long PerByte) StepLimit => (2_000_000, 20_000);

    public override (long Base, long PerByte) AllocationLimit => (8_000_000, 20_000);

    public override void Run(byte[] input)
    {
        List<byte[]> records = [];
        using (var reader = WalReader.Create(
            new MemoryStream(input, writable: false),
            new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords, MaxRecordSize = 1 << 20 }))
        {
            while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
            {
                if (reader.Kind == WalEntryKind.Record)
                {
                    records.Add(reader.Record.Payload.ToArray());
                }
            }
        }

        Decode(records);
        List<RedisCommand> commands = Convert(records, out CommandConverter converter);
        ReadValues(converter.Keyspace);
        CheckSame(commands, Convert(records, out _));
        SendAndReceive(commands);
        CheckUndo(records);
    }

    private static void CheckSame(List<RedisCommand> commands, List<RedisCommand> again)
    {
        Check(commands.Count == again.Count, "a second conversion gives other commands", $"{commands.Count} and {again.Count}");
        for (int i = 0; i < commands.Count; i++)
        {
            Check(AreSame(commands[i], again[i]), "a second conversion gives another command", $"{commands[i]} and {again[i]}");
        }
    }

    /// <summary>Checks that the commands are sent as consecutive arrays of strings and nothing else.</summary>
    private static void SendAndReceive(List<RedisCommand> commands)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (RedisCommand command in commands)
        {
            RespWriter.WriteCommand(output, command.Arguments.Span);
        }

        var parser = new RespParser(RespLimits.Default);
        var sent = new ReadOnlySequence<byte>(output.WrittenMemory);
        foreach (RedisCommand command in commands)
        {
            Check(
                parser.TryParse(ref sent, out RespValue value) && value.Kind == RespKind.Array,
                "a command is not parsed back",
                command.Name);
            ReadOnlySpan<RespValue> items = value.Items.Span;
            Check(
                items.Length == command.Arguments.Length && items.Length > 0,
                "a command is parsed back with another number of arguments",
                command.Name);
            for (int i = 0; i < items.Length; i++)
            {
                Check(
                    items[i].Bytes.Span.SequenceEqual(command.Arguments.Span[i].Span),
                    "an argument is parsed back differently",
                    command.Name);
            }
        }

        Check(sent.IsEmpty && !parser.IsInReply, "more than the commands is sent");
    }

    private static void Decode(List<byte[]> records)
    {
        var decoder = new KvrocksDecoder();
        foreach (byte[] record in records)
        {
            var batch = new WriteBatch(record);
            decoder.BeginBatch(batch);
            foreach (WriteBatchOperation operation in batch)
            {
                DecodedOperation item = decoder.Decode(operation);
                int key = item.Namespace.Length + item.UserKey.Length + item.Subkey.Length;
                Check(
                    !operation.HasKey || item.Kind == DecodedOperationKind.Range || key <= operation.Key.Length,
                    "an item's key is larger than the operation's",
                    item.Kind.ToString());
                int most = Math.Max(Math.Max(operation.Value.Length, operation.Key.Length), operation.EndKey.Length);
                Check(item.Value.Length <= most, "an item's value is larger than the operation's", item.Kind.ToString());
                Check(
                    item.Search.Index.Length + item.Search.UserKey.Length + item.Search.Tag.Length + item.Propagated.Name.Length
                        + item.Name.Length <= operation.Key.Length,
                    "the parts of a record are larger than its key",
                    item.Kind.ToString());
                ReadValue(item);
                Check(item.Kind != DecodedOperationKind.Undecodable || item.Reason is not null, "undecodable without a reason");
            }
        }
    }

    /// <summary>Reads the value of an element or record by its kind.</summary>
    private static void ReadValue(in DecodedOperation item)
    {
        switch (item.Kind)
        {
            case DecodedOperationKind.TimeSeriesChunk when TimeSeriesChunk.TryRead(item.Value, out TimeSeriesChunk chunk):
                Check(chunk.Count <= item.Value.Length / 16, "more samples than bytes");
                _ = chunk.Count > 0 ? chunk[chunk.Count - 1] : default;
                break;
            case DecodedOperationKind.TimeSeriesDownstream:
                _ = TimeSeriesRule.Read(item.Value)?.AggregatorName;
                break;
            case DecodedOperationKind.BloomFilter when BloomFilter.TryRead(item.Value, out BloomFilter filter):
                Check(filter.BitsSet <= 8L * filter.Size, "more bits than bytes");
                Check(filter.FalsePositiveRate is >= 0 and <= 1, "a rate that is not a probability");
                break;
            case DecodedOperationKind.SearchRecord:
                _ = SearchRecord.ReadPrefixes(item.Value).Count;
                _ = SearchField.TryRead(item.Value, out SearchField field) ? field.TypeName : null;
                break;
            case DecodedOperationKind.Propagated:
                _ = PropagatedCommand.Read(item.Value.ToArray());
                break;
            case DecodedOperationKind.LogData:
                _ = item.LogData.CommandName;
                break;
        }
    }

    private static void ReadSketches(KeyspaceKey key)
    {
        Check(key.TimeSeriesLabels().Count() + key.TimeSeriesRules().Count() <= key.ElementCount, "more labels and rules than elements");
        long bytes = key.Elements.Sum(element => (long)element.Value.Length);
        Check(key.TimeSeriesSamples().LongCount() <= bytes / 16, "more samples than bytes");
        Check(key.BloomFilters().Count() <= key.ElementCount, "more filters than elements");
        Check(key.BloomFalsePositiveRate() is null or (>= 0 and <= 1), "a rate that is not a probability");
        _ = key.BloomMayContain("x"u8);
        if (key.ToTDigest() is { } digest)
        {
            Check(digest.Centroids.Count + digest.Buffer.Count <= key.ElementCount + (bytes / 8), "more values than bytes");
            Check(digest.Merged.Centroids.Count <= digest.Centroids.Count + digest.Buffer.Count, "a merge adds centroids");
            _ = digest.Quantile(0.5);
        }
    }

    private static List<RedisCommand> Convert(List<byte[]> records, out CommandConverter converter)
    {
        List<RedisCommand> commands = [];
        converter = new CommandConverter(new CommandOptions { Clock = FixedClock.Instance });
        foreach (byte[] record in records)
        {
            var batch = new WriteBatch(record);
            commands.AddRange(converter.Convert(ref batch));
        }

        commands.AddRange(converter.Complete());
        Check(converter.Notes.All(note => note is not null), "a note is null");
        return commands;
    }

    private static void ReadValues(Keyspace keyspace)
    {
        foreach (KeyspaceKey key in keyspace.Keys)
        {
            _ = key.StringValue.Length + key.JsonDocument.Length + (key.ToJsonText()?.Length ?? 0);
            if (key.Slot is null || key.Slot == RedisSlot.Of(key.UserKey.Span))
            {
                // A key that is stored under another slot than its own cannot be found, in Kvrocks either.
                Check(keyspace.Find(key.Namespace.Span, key.UserKey.Span) is not null, "a key is not found");
            }

            Check(key.HashFields().Count() <= key.ElementCount, "more fields than elements");
            Check(key.ListElements().Count() <= key.ElementCount, "more items than elements");
            Check(key.SetMembers().Count() <= key.ElementCount, "more members than elements");

            // A member can have several scores after RENAME or COPY has brought its version back.
            Check((ulong)key.ZSetMembers().Count() <= key.Metadata.Size, "more scores than the metadata counts");
            Check(key.SortedInts().Count() <= key.ElementCount, "more integers than elements");
            Check(key.StreamEntries().Count() <= key.ElementCount, "more entries than elements");
            Check(key.StreamGroups().Count <= key.ElementCount, "more groups than elements");
            Check((key.ToBitmap(MaxBitmap)?.Length ?? 0) <= MaxBitmap, "a bitmap over the limit");
            _ = key.ToHyperLogLogRegisters();
            ReadSketches(key);
            _ = key.ExistsAt(DateTimeOffset.UnixEpoch);
            _ = key.IsComplete;
            _ = KvrocksMetadata.TryRead(key.StoredMetadata.Span, out _, out _);
        }
    }

    private static bool AreSame(RedisCommand left, RedisCommand right)
    {
        if (left.Sequence != right.Sequence || left.Arguments.Length != right.Arguments.Length
            || !left.Namespace.Span.SequenceEqual(right.Namespace.Span))
        {
            return false;
        }

        for (int i = 0; i < left.Arguments.Length; i++)
        {
            if (!left.Arguments.Span[i].Span.SequenceEqual(right.Arguments.Span[i].Span))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class FixedClock : TimeProvider
    {
        public static readonly FixedClock Instance = new();

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
