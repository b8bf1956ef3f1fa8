using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>Streams from nothing: entries with their ids, groups, consumers, pending entries, and what the stream itself remembers.</summary>
internal static class StreamCommands
{
    private static readonly ReadOnlyMemory<byte> Placeholder = Argument.Of("-");

    public static void Build(CommandWriter writer, KeyspaceKey key)
    {
        List<StreamEntry> entries = [.. key.StreamEntries().Where(IsPossible)];
        IReadOnlyList<StreamGroupState> groups = key.StreamGroups();

        // An entry may be pending and deleted. But a server lets only entries be claimed that are there.
        HashSet<StreamEntryId> there = [.. entries.Select(entry => entry.Id)];
        SortedSet<StreamEntryId> deleted = [.. groups.SelectMany(group => group.Pending).Select(pending => pending.Id).Where(id => id != default && !there.Contains(id))];
        StreamMetadata target = MetadataOf(key.StoredMetadata);
        var counters = new Counters();
        bool isMade = entries.Count + deleted.Count > 0;
        if (!isMade && groups.Count == 0)
        {
            StreamEntryId id = target.LastGeneratedId == default ? new StreamEntryId(0, 1) : target.LastGeneratedId;
            writer.Write("XADD", Argument.Of("MAXLEN"), Argument.Of("="), Argument.Of(0), Argument.Of(id), Placeholder, Placeholder);
            counters.Add(id);
        }

        foreach (StreamEntry entry in entries.Concat(deleted.Select(id => new StreamEntry(id, [Placeholder, Placeholder]))).OrderBy(entry => entry.Id))
        {
            Add(writer, entry);
            counters.Add(entry.Id);
        }

        foreach (StreamGroupState group in groups)
        {
            ReadOnlyMemory<byte>[] make = isMade ? [] : [Argument.Of("MKSTREAM")];
            writer.Write("XGROUP CREATE", [group.Name, Argument.Of(group.Group.LastDeliveredId), .. make, .. EntriesRead(group.Group)]);
            isMade = true;
            HashSet<byte[]> claiming = new(group.Pending.Select(pending => pending.Consumer.ToArray()), ByteStringComparer.Instance);
            foreach (StreamConsumerState consumer in group.Consumers.Where(consumer => !claiming.Contains(consumer.Name.ToArray())))
            {
                writer.Write("XGROUP CREATECONSUMER", group.Name, consumer.Name);
            }

            Claim(writer, group.Name, group.Pending.Where(pending => pending.Id != default));
        }

        Remove(writer, entries, deleted, ref counters);
        counters.Write(writer, target, entries.Count == 0 ? default : entries[^1].Id, (ulong)entries.Count);
    }

    /// <summary>Notes what no stream of a server holds, and what is passed over for that: entries that cannot be read or have no fields, and the id 0-0.</summary>
    public static void NoteImpossible(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> elements, NoteList notes)
    {
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in elements)
        {
            if (!IsPossible(subkey.Span, value.Span))
            {
                notes.Add(ConversionNoteKind.Undecodable);
            }
        }
    }

    private static bool IsPossible(ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value) =>
        StreamSubkey.TryRead(subkey, out StreamSubkey name) && name.Kind switch
        {
            StreamSubkeyKind.Entry => name.Id != default && value.Length > 0 && StreamEntryFields.IsWhole(value),
            StreamSubkeyKind.Group => StreamGroup.TryRead(value, out _),
            StreamSubkeyKind.PendingEntry => name.Id != default && StreamPendingEntry.TryRead(value, out _),
            _ => true,
        };

    public static bool IsPossible(StreamEntry entry) => entry.Fields.Count > 0 && entry.Id != default;

    public static void Add(CommandWriter writer, StreamEntry entry, params ReadOnlyMemory<byte>[] trim) =>
        writer.Write("XADD", [.. trim, Argument.Of(entry.Id), .. entry.Fields]);

    public static void Claim(CommandWriter writer, ReadOnlyMemory<byte> group, IEnumerable<StreamPendingState> pending)
    {
        // In the order of the first of each kind.
        foreach (IGrouping<(string, ulong, ulong), StreamPendingState> same in pending.GroupBy(
            entry => (Convert.ToHexString(entry.Consumer.Span), entry.DeliveredMilliseconds, entry.Deliveries)))
        {
            foreach (StreamPendingState[] chunk in same.Chunk(CommandWriter.MaxElements))
            {
                writer.Write(
                    "XCLAIM",
                    [
                        group, chunk[0].Consumer, Argument.Of(0), .. chunk.Select(entry => Argument.Of(entry.Id)), Argument.Of("TIME"), Number(chunk[0].DeliveredMilliseconds),
                        Argument.Of("RETRYCOUNT"), Number(chunk[0].Deliveries), Argument.Of("FORCE"), Argument.Of("JUSTID"),
                    ]);
            }
        }
    }

    /// <summary>How many entries a group has read, for XGROUP; nothing if that is not known.</summary>
    public static ReadOnlyMemory<byte>[] EntriesRead(StreamGroup group) =>
        group.EntriesRead < 0 ? [] : [Argument.Of("ENTRIESREAD"), Argument.Of(group.EntriesRead)];

    public static StreamMetadata MetadataOf(ReadOnlyMemory<byte> value) =>
        KvrocksMetadata.TryRead(value.Span, out KvrocksMetadata metadata, out _) && metadata.TryReadStream(out StreamMetadata stream) ? stream : default;

    /// <summary>Servers take signed numbers.</summary>
    private static ReadOnlyMemory<byte> Number(ulong number) => Argument.Of(Math.Min(number, long.MaxValue));

    /// <summary>Takes the placeholders away: before the first entry by trimming, which leaves no trace; else as deletions, which they were.</summary>
    private static void Remove(CommandWriter writer, List<StreamEntry> entries, SortedSet<StreamEntryId> placeholders, ref Counters counters)
    {
        List<StreamEntryId> behind = entries.Count == 0 ? [] : [.. placeholders.Where(id => id > entries[0].Id)];
        if (behind.Count < placeholders.Count)
        {
            ReadOnlyMemory<byte>[] trim = entries.Count == 0 ? [Argument.Of("MAXLEN"), Argument.Of("="), Argument.Of(0)] : [Argument.Of("MINID"), Argument.Of("="), Argument.Of(entries[0].Id)];
            writer.Write("XTRIM", trim);
        }

        writer.WriteElements("XDEL", [.. behind.Select(id => Argument.Of(id))]);
        behind.ForEach(counters.Delete);
    }

    /// <summary>What a server remembers of a stream beside its entries, as the commands so far leave it.</summary>
    public struct Counters
    {
        public StreamEntryId LastId { get; set; }

        public StreamEntryId MaxDeletedId { get; set; }

        public ulong EntriesAdded { get; set; }

        public void Add(StreamEntryId id)
        {
            LastId = id;
            EntriesAdded++;
        }

        public void Delete(StreamEntryId id) => MaxDeletedId = id > MaxDeletedId ? id : MaxDeletedId;

        /// <summary>Sets what is not as it should be. What a server would refuse is taken as near to it as can be.</summary>
        public readonly void Write(CommandWriter writer, in StreamMetadata target, StreamEntryId top, ulong entryCount)
        {
            StreamEntryId deleted = target.MaxDeletedId == default ? MaxDeletedId : target.MaxDeletedId;
            StreamEntryId last = target.LastGeneratedId;
            last = last < top ? top : last;
            last = last < deleted ? deleted : last;
            last = last < MaxDeletedId ? MaxDeletedId : last;
            ulong added = Math.Clamp(target.EntriesAdded, Math.Min(entryCount, long.MaxValue), long.MaxValue);
            if (last == LastId && added == EntriesAdded && deleted == MaxDeletedId)
            {
                return;
            }

            writer.Write(
                "XSETID",
                [
                    Argument.Of(last), Argument.Of("ENTRIESADDED"), Argument.Of(added),
                    .. deleted == MaxDeletedId ? (ReadOnlyMemory<byte>[])[] : [Argument.Of("MAXDELETEDID"), Argument.Of(deleted)],
                ]);
        }
    }
}
