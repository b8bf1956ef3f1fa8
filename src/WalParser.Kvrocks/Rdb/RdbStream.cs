using System.Buffers.Binary;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// Streams (Redis, <c>src/rdb.c</c>): the nodes with the entries, the counters, and the groups, each with its pending entries and then its
/// consumers with the ids of theirs.
/// </summary>
internal static class RdbStream
{
    private const int IdSize = 2 * sizeof(ulong);

    /// <summary>Returns a stream, which may be empty.</summary>
    public static RdbValue Of(KeyspaceKey key, RdbContext context)
    {
        key.Metadata.TryReadStream(out StreamMetadata stored);
        List<StreamEntry> all = [.. key.StreamEntries()];
        List<StreamEntry> entries = [.. all.Where(IsPossible)];
        StreamMetadata stream = stored.Accepted(entries.Count > 0 ? entries[^1].Id : default, (ulong)entries.Count);
        List<StreamGroupState> groups = [.. key.StreamGroups()];
        if (entries.Count < all.Count || groups.Exists(group => group.Pending.Any(pending => pending.Id == default)))
        {
            context.Notes.Add(RdbNoteKind.ImpossibleElement, key);
        }

        if (stream != stored)
        {
            context.Notes.Add(RdbNoteKind.ImpossibleCounters, key);
        }

        bool hasActiveTimes = context.Version >= RdbContext.ActiveTimeVersion;
        return new RdbValue(hasActiveTimes ? RdbCode.StreamListpacks3 : RdbCode.StreamListpacks2, output =>
        {
            RdbStreamNodes.Write(output, entries);
            WriteCounters(output, stream, entries);
            output.WriteLength(groups.Count);
            groups.ForEach(group => WriteGroup(output, group, hasActiveTimes));
        });
    }

    /// <summary>Writes an id as the key of a node, or of a pending entry: 16 bytes, big-endian.</summary>
    public static void WriteIdBytes(RdbOutput output, StreamEntryId id)
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id.Milliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], id.Sequence);
        output.WriteRaw(bytes);
    }

    /// <summary>Returns whether a server can have an entry.</summary>
    private static bool IsPossible(StreamEntry entry) => entry.Fields.Count > 0 && entry.Id != default;

    private static void WriteCounters(RdbOutput output, in StreamMetadata stream, List<StreamEntry> entries)
    {
        output.WriteLength(entries.Count);
        WriteId(output, stream.LastGeneratedId);
        WriteId(output, entries.Count > 0 ? entries[0].Id : default);
        WriteId(output, stream.MaxDeletedId);
        output.WriteLength(stream.EntriesAdded);
    }

    private static void WriteGroup(RdbOutput output, StreamGroupState group, bool hasActiveTimes)
    {
        List<StreamPendingState> pending = [.. group.Pending.Where(entry => entry.Id != default).DistinctBy(entry => entry.Id)];
        output.WriteString(group.Name.Span);
        WriteId(output, group.Group.LastDeliveredId);

        // −1, if the number is not known, is written as the unsigned number of the same bits.
        output.WriteLength((ulong)Math.Max(group.Group.EntriesRead, -1));
        output.WriteLength(pending.Count);
        foreach (StreamPendingState entry in pending)
        {
            WriteIdBytes(output, entry.Id);
            output.WriteMilliseconds(entry.DeliveredMilliseconds);
            output.WriteLength(Math.Min(entry.Deliveries, long.MaxValue));
        }

        ILookup<byte[], StreamPendingState> byConsumer =
            pending.ToLookup(entry => entry.Consumer.ToArray(), ByteStringComparer.Instance);
        List<(byte[] Name, StreamConsumer Consumer)> consumers = ConsumersOf(group, byConsumer);
        output.WriteLength(consumers.Count);
        foreach ((byte[] name, StreamConsumer consumer) in consumers)
        {
            output.WriteString(name);
            output.WriteMilliseconds(consumer.LastAttemptMilliseconds);
            if (hasActiveTimes)
            {
                output.WriteMilliseconds(consumer.LastSuccessMilliseconds);
            }

            StreamPendingState[] own = [.. byConsumer[name]];
            output.WriteLength(own.Length);
            foreach (StreamPendingState entry in own)
            {
                WriteIdBytes(output, entry.Id);
            }
        }
    }

    /// <summary>
    /// Returns the consumers, with those of pending entries that have no record, because a server refuses a pending entry without a
    /// consumer.
    /// </summary>
    private static List<(byte[] Name, StreamConsumer Consumer)> ConsumersOf(
        StreamGroupState group, ILookup<byte[], StreamPendingState> pending)
    {
        SortedDictionary<byte[], StreamConsumer> consumers = new(ByteStringComparer.Instance);
        foreach (StreamConsumerState consumer in group.Consumers)
        {
            consumers[consumer.Name.ToArray()] = consumer.Consumer;
        }

        foreach (IGrouping<byte[], StreamPendingState> entries in pending)
        {
            ulong last = entries.Max(entry => entry.DeliveredMilliseconds);
            consumers.TryAdd(entries.Key, new StreamConsumer((ulong)entries.Count(), last, last));
        }

        return [.. consumers.Select(consumer => (consumer.Key, consumer.Value))];
    }

    private static void WriteId(RdbOutput output, StreamEntryId id)
    {
        output.WriteLength(id.Milliseconds);
        output.WriteLength(id.Sequence);
    }
}
