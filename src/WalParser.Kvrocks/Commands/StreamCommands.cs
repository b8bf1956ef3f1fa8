using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for streams: for entries with their ids, groups, consumers, pending entries, and the counters of the stream.
/// </summary>
internal sealed class StreamCommands : TypeCommands
{
    private static readonly ReadOnlyMemory<byte> Placeholder = Argument.Of("-");

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        NoteImpossible(key.Elements, context.Notes);
        NoteImpossibleCounters(key, context.Notes);
        Build(writer, key);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        if (!StreamUpdate.TryWrite(writer, change))
        {
            return false;
        }

        NoteImpossibleCounters(change.Key!, context.Notes);
        IEnumerable<SubkeyChange> written = change.Subkeys.Where(subkey => subkey.After is not null);
        NoteImpossible(written.Select(subkey => KeyValuePair.Create(subkey.Subkey, subkey.After!.Value)), context.Notes);
        return true;
    }

    private static void Build(CommandWriter writer, KeyspaceKey key)
    {
        List<StreamEntry> entries = [.. key.StreamEntries().Where(IsPossible)];
        IReadOnlyList<StreamGroupState> groups = key.StreamGroups();

        // An entry may be pending and deleted, but a server allows only existing entries to be claimed.
        HashSet<StreamEntryId> there = [.. entries.Select(entry => entry.Id)];
        IEnumerable<StreamEntryId> pendingIds = groups.SelectMany(group => group.Pending).Select(pending => pending.Id);
        StreamMetadata target = AcceptedOf(key.StoredMetadata, key.Live?.Entries ?? default);
        SortedSet<StreamEntryId> deleted =
            [.. pendingIds.Where(id => id != default && id <= target.LastGeneratedId && !there.Contains(id))];
        var counters = new Counters();
        bool isMade = entries.Count + deleted.Count > 0;
        if (!isMade && groups.Count == 0)
        {
            StreamEntryId id = target.LastGeneratedId == default ? new StreamEntryId(0, 1) : target.LastGeneratedId;
            writer.Write("XADD", [.. TrimToNothing(), Argument.Of(id), Placeholder, Placeholder]);
            counters.Add(id);
        }

        IEnumerable<StreamEntry> placeholders = deleted.Select(id => new StreamEntry(id, [Placeholder, Placeholder]));
        foreach (StreamEntry entry in entries.Concat(placeholders).OrderBy(entry => entry.Id))
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

            Claim(writer, group.Name, group.Pending.Where(pending => there.Contains(pending.Id) || deleted.Contains(pending.Id)));
        }

        Remove(writer, entries, deleted, ref counters);
        counters.Write(writer, target, entries.Count == 0 ? default : entries[^1].Id, (ulong)entries.Count);
    }

    /// <summary>
    /// Notes elements that no stream of a server contains, which are skipped: entries that cannot be read or have no fields, and the id
    /// 0-0.
    /// </summary>
    private static void NoteImpossible(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> elements, NoteList notes)
    {
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in elements)
        {
            if (!IsPossible(subkey.Span, value.Span))
            {
                notes.Add(ConversionNoteKind.Undecodable);
            }
        }
    }

    /// <summary>Notes a stream whose counters no server accepts.</summary>
    private static void NoteImpossibleCounters(KeyspaceKey key, NoteList notes)
    {
        if (AcceptedOf(key.StoredMetadata, key.Live?.Entries ?? default) != MetadataOf(key.StoredMetadata))
        {
            notes.AddKey(ConversionNoteKind.ImpossibleCounters, key.Type.Name, key.Namespace, key.UserKey);
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
        // GroupBy keeps the order of the first entry of each group.
        foreach (IGrouping<(string, ulong, ulong), StreamPendingState> same in pending.GroupBy(
            entry => (Convert.ToHexString(entry.Consumer.Span), entry.DeliveredMilliseconds, entry.Deliveries)))
        {
            foreach (StreamPendingState[] chunk in same.Chunk(CommandWriter.MaxElements))
            {
                writer.Write(
                    "XCLAIM",
                    [
                        group, chunk[0].Consumer, Argument.Of(0), .. chunk.Select(entry => Argument.Of(entry.Id)),
                        Argument.Of("TIME"), Number(chunk[0].DeliveredMilliseconds),
                        Argument.Of("RETRYCOUNT"), Number(chunk[0].Deliveries),
                        Argument.Of("FORCE"), Argument.Of("JUSTID"),
                    ]);
            }
        }
    }

    /// <summary>Returns the argument of XGROUP for the number of entries that a group has read; no argument if that is not known.</summary>
    public static ReadOnlyMemory<byte>[] EntriesRead(StreamGroup group) =>
        group.EntriesRead < 0 ? [] : [Argument.Of("ENTRIESREAD"), Argument.Of(group.EntriesRead)];

    /// <summary>Returns the arguments of XADD or XTRIM that remove all entries.</summary>
    public static ReadOnlyMemory<byte>[] TrimToNothing() => [Argument.Of("MAXLEN"), Argument.Of("="), Argument.Of(0)];

    /// <summary>Returns the arguments of XADD or XTRIM that remove the entries before one.</summary>
    public static ReadOnlyMemory<byte>[] TrimTo(StreamEntryId first) => [Argument.Of("MINID"), Argument.Of("="), Argument.Of(first)];

    /// <summary>
    /// Returns the metadata of a stream with the counters that the server of the commands has. A server of the log may have written others,
    /// which no server accepts: an id before that of an entry, a deleted id after any that the stream has handed out, or fewer added
    /// entries than there are. These would make the server refuse commands, those of later entries among them.
    /// </summary>
    /// <param name="value">The stored metadata.</param>
    /// <param name="entries">The greatest id and the number of the stored entries.</param>
    public static StreamMetadata AcceptedOf(ReadOnlyMemory<byte> value, (StreamEntryId Last, ulong Count) entries) =>
        MetadataOf(value).Accepted(entries.Last, entries.Count);

    public static StreamMetadata MetadataOf(ReadOnlyMemory<byte> value) =>
        KvrocksMetadata.ReadOrDefault(value).TryReadStream(out StreamMetadata stream) ? stream : default;

    /// <summary>Returns a number as an argument, limited to the signed numbers that servers accept.</summary>
    private static ReadOnlyMemory<byte> Number(ulong number) => Argument.Of(Math.Min(number, long.MaxValue));

    /// <summary>
    /// Removes the placeholders: those before the first entry by trimming, which the stream does not remember; the others by deleting, as
    /// they were deleted on the server that wrote the log.
    /// </summary>
    private static void Remove(
        CommandWriter writer, List<StreamEntry> entries, SortedSet<StreamEntryId> placeholders, ref Counters counters)
    {
        List<StreamEntryId> afterFirst = entries.Count == 0 ? [] : [.. placeholders.Where(id => id > entries[0].Id)];
        if (afterFirst.Count < placeholders.Count)
        {
            writer.Write("XTRIM", entries.Count == 0 ? TrimToNothing() : TrimTo(entries[0].Id));
        }

        writer.WriteElements("XDEL", [.. afterFirst.Select(id => Argument.Of(id))]);
        afterFirst.ForEach(counters.Delete);
    }

    /// <summary>The counters and ids that a server keeps of a stream, as the commands so far leave them.</summary>
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

        /// <summary>
        /// Sets the counters that differ from the target; a value that a server would refuse is set to the nearest that it accepts.
        /// </summary>
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
