using System.Buffers.Binary;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>Converts what a batch did to a stream that existed before.</summary>
internal sealed class StreamUpdate
{
    private readonly KeyChange _change;
    private readonly KeyspaceKey _key;
    private readonly Metadata.StreamMetadata _before;
    private readonly Metadata.StreamMetadata _after;
    private readonly (StreamEntryId Last, ulong Count) _entries;
    private readonly List<StreamEntry> _added = [];
    private readonly SortedSet<StreamEntryId> _deleted = [];
    private readonly List<(ReadOnlyMemory<byte> Name, StreamGroup? Before, StreamGroup? After)> _groups = [];
    private readonly List<(ReadOnlyMemory<byte> Group, ReadOnlyMemory<byte> Name, bool IsNew)> _consumers = [];
    private readonly List<(ReadOnlyMemory<byte> Group, StreamPendingState Entry)> _claimed = [];
    private readonly List<(ReadOnlyMemory<byte> Group, StreamEntryId Id, ReadOnlyMemory<byte> Consumer)> _acknowledged = [];

    private StreamUpdate(KeyChange change)
    {
        _change = change;
        _key = change.Key!;
        SubkeyGroup? stored = _key.Live;
        _entries = stored?.Entries ?? default;
        _before = StreamCommands.AcceptedOf(change.MetadataBefore!.Value, stored?.EntriesBefore ?? default);
        _after = StreamCommands.AcceptedOf(change.MetadataAfter!.Value, _entries);
    }

    /// <summary>Writes the commands; returns false, without having written any, if the stream must be created anew.</summary>
    public static bool TryWrite(CommandWriter writer, KeyChange change)
    {
        var update = new StreamUpdate(change);
        if (!change.Subkeys.All(update.TryAdd))
        {
            return false;
        }

        update._added.Sort((x, y) => x.Id.CompareTo(y.Id));
        if (update._added.Count > 0 && update._added[0].Id <= update._before.LastGeneratedId)
        {
            return false;
        }

        if (!update._claimed.All(claim => update.CanBeClaimed(claim.Entry.Id)) || update.GoesBack())
        {
            return false;
        }

        update.Write(writer);
        return true;
    }

    private bool TryAdd(SubkeyChange subkey)
    {
        if (!StreamSubkey.TryRead(subkey.Subkey.Span, out StreamSubkey name))
        {
            return true;
        }

        ReadOnlyMemory<byte> group = name.Group.ToArray();
        switch (name.Kind)
        {
            case StreamSubkeyKind.Entry:
                return TryAddEntry(name.Id, subkey);
            case StreamSubkeyKind.Group:
                StreamGroup? before = subkey.Before is { } old && StreamGroup.TryRead(old.Span, out StreamGroup oldGroup) ? oldGroup : null;
                StreamGroup? after = subkey.After is { } now && StreamGroup.TryRead(now.Span, out StreamGroup newGroup) ? newGroup : null;
                _groups.Add((group, before, after));
                return true;
            case StreamSubkeyKind.Consumer:
                if (subkey.Before is null != subkey.After is null)
                {
                    _consumers.Add((group, name.Consumer.ToArray(), subkey.Before is null));
                }

                return true;
            default:
                AddPending(group, name.Id, subkey);
                return true;
        }
    }

    private bool TryAddEntry(StreamEntryId id, SubkeyChange subkey)
    {
        StreamEntry? before = Find(id, subkey.Before);
        StreamEntry? after = Find(id, subkey.After);
        if (before is not null && after is not null)
        {
            return false;
        }

        if (after is not null)
        {
            _added.Add(after);
        }
        else if (before is not null)
        {
            _deleted.Add(id);
        }

        return true;
    }

    private void AddPending(ReadOnlyMemory<byte> group, StreamEntryId id, SubkeyChange subkey)
    {
        if (subkey.After is { } after && StreamPendingEntry.TryRead(after.Span, out StreamPendingEntry entry))
        {
            if (id != default)
            {
                _claimed.Add((group, new StreamPendingState(id, entry.Consumer.ToArray(), entry.DeliveredMilliseconds, entry.Deliveries)));
            }
        }
        else if (subkey.Before is { } before && StreamPendingEntry.TryRead(before.Span, out StreamPendingEntry old))
        {
            _acknowledged.Add((group, id, old.Consumer.ToArray()));
        }
    }

    private void Write(CommandWriter writer)
    {
        var counters = new StreamCommands.Counters
        {
            LastId = _before.LastGeneratedId,
            MaxDeletedId = _before.MaxDeletedId,
            EntriesAdded = _before.EntriesAdded,
        };
        bool isTrimmed = IsTrimmed();
        bool isTrimmedByAdding = isTrimmed && _added.Count > 0 && _claimed.Count == 0;
        foreach (StreamEntry entry in _added)
        {
            bool isLast = ReferenceEquals(entry, _added[^1]);
            StreamCommands.Add(writer, entry, isLast && isTrimmedByAdding ? TrimTo() : []);
            counters.Add(entry.Id);
        }

        WriteGroups(writer);
        if (isTrimmed)
        {
            if (!isTrimmedByAdding)
            {
                writer.Write("XTRIM", TrimTo());
            }
        }
        else
        {
            writer.WriteElements("XDEL", [.. _deleted.Select(id => Argument.Of(id))]);
            foreach (StreamEntryId id in _deleted)
            {
                counters.Delete(id);
            }
        }

        counters.Write(writer, _after, _entries.Last, _entries.Count);
    }

    private void WriteGroups(CommandWriter writer)
    {
        foreach ((ReadOnlyMemory<byte> name, StreamGroup? before, StreamGroup? after) in _groups)
        {
            if (before is null && after is { } created)
            {
                writer.Write("XGROUP CREATE", [name, Argument.Of(created.LastDeliveredId), .. StreamCommands.EntriesRead(created)]);
            }
        }

        HashSet<byte[]> claiming = new(_claimed.Select(claim => NameOf(claim.Group, claim.Entry.Consumer)), ByteStringComparer.Instance);
        foreach ((ReadOnlyMemory<byte> group, ReadOnlyMemory<byte> name, bool isNew) in _consumers)
        {
            if (isNew && Exists(group) && !claiming.Contains(NameOf(group, name)))
            {
                writer.Write("XGROUP CREATECONSUMER", group, name);
            }
        }

        foreach (IGrouping<byte[], (ReadOnlyMemory<byte> Group, StreamPendingState Entry)> claims in _claimed
            .Where(claim => Exists(claim.Group))
            .GroupBy(claim => claim.Group.ToArray(), ByteStringComparer.Instance))
        {
            StreamCommands.Claim(writer, claims.Key, claims.Select(claim => claim.Entry));
        }

        // The removal of a consumer removes its pending entries.
        IEnumerable<byte[]> removed = _consumers
            .Where(consumer => !consumer.IsNew)
            .Select(consumer => NameOf(consumer.Group, consumer.Name));
        HashSet<byte[]> gone = new(removed, ByteStringComparer.Instance);
        foreach (IGrouping<byte[], (ReadOnlyMemory<byte> Group, StreamEntryId Id, ReadOnlyMemory<byte> Consumer)> done in _acknowledged
            .Where(entry => Exists(entry.Group) && !gone.Contains(NameOf(entry.Group, entry.Consumer)))
            .GroupBy(entry => entry.Group.ToArray(), ByteStringComparer.Instance))
        {
            writer.WriteElements("XACK", [.. done.Select(entry => Argument.Of(entry.Id))], 1, done.Key);
        }

        foreach ((ReadOnlyMemory<byte> group, ReadOnlyMemory<byte> name, bool isNew) in _consumers)
        {
            if (!isNew && Exists(group))
            {
                writer.Write("XGROUP DELCONSUMER", group, name);
            }
        }

        foreach ((ReadOnlyMemory<byte> name, StreamGroup? before, StreamGroup? after) in _groups.Where(group => group.Before is not null))
        {
            if (after is null)
            {
                writer.Write("XGROUP DESTROY", name);
            }
            else if (before!.Value.LastDeliveredId != after.Value.LastDeliveredId || before.Value.EntriesRead != after.Value.EntriesRead)
            {
                writer.Write("XGROUP SETID", [name, Argument.Of(after.Value.LastDeliveredId), .. StreamCommands.EntriesRead(after.Value)]);
            }
        }
    }

    /// <summary>
    /// Returns whether the deleted entries are all that were before the first entry, and the stream has not recorded their deletion: then
    /// the stream was trimmed, and is trimmed in one command.
    /// </summary>
    private bool IsTrimmed() =>
        _deleted.Count > 0
        && (_after.MaxDeletedId == _before.MaxDeletedId
            ? _deleted.Max > _before.MaxDeletedId || _deleted.Count > 1
            : _deleted.Count > CommandWriter.MaxElements)
        && (_entries.Count == 0 || (_entries.Count == _key.Metadata.Size && _deleted.Max < _after.FirstId && IsEntry(_after.FirstId)));

    /// <summary>
    /// Returns whether the counters of the stream have gone back, as when another copy of the same version replaces it: XSETID does not
    /// accept an id before that of a deleted entry.
    /// </summary>
    private bool GoesBack()
    {
        bool isUnchanged = _deleted.Count == 0 || IsTrimmed() || _deleted.Max < _before.MaxDeletedId;
        StreamEntryId deleted = isUnchanged ? _before.MaxDeletedId : _deleted.Max;
        return _after.LastGeneratedId < _before.LastGeneratedId
            || (deleted != _after.MaxDeletedId && (_after.MaxDeletedId == default || _after.LastGeneratedId < deleted));
    }

    private ReadOnlyMemory<byte>[] TrimTo() =>
        _entries.Count == 0 ? StreamCommands.TrimToNothing() : StreamCommands.TrimTo(_after.FirstId);

    /// <summary>Returns whether an entry can be claimed after new entries are added and before old ones are deleted.</summary>
    private bool CanBeClaimed(StreamEntryId id) => IsEntry(id) || _deleted.Contains(id);

    private bool IsEntry(StreamEntryId id)
    {
        Span<byte> subkey = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(subkey, id.Milliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(subkey[sizeof(ulong)..], id.Sequence);
        return _key.TryGetElement(subkey, out ReadOnlyMemory<byte> value) && Find(id, value) is not null;
    }

    private bool Exists(ReadOnlyMemory<byte> group)
    {
        // Eight bytes of 255, the kind, the length of the name, and the name.
        byte[] subkey = new byte[(2 * sizeof(ulong)) + 1 + group.Length];
        subkey.AsSpan(0, sizeof(ulong)).Fill(byte.MaxValue);
        subkey[sizeof(ulong)] = (byte)StreamSubkeyKind.Group;
        BinaryPrimitives.WriteUInt64BigEndian(subkey.AsSpan(sizeof(ulong) + 1), (ulong)group.Length);
        group.Span.CopyTo(subkey.AsSpan((2 * sizeof(ulong)) + 1));
        return _key.TryGetElement(subkey, out _);
    }

    /// <summary>Returns an entry that a server can have; null if there is none, or it cannot be read.</summary>
    private static StreamEntry? Find(StreamEntryId id, ReadOnlyMemory<byte>? value) =>
        value is { } bytes && StreamEntry.Read(id, bytes.Span) is { } entry && StreamCommands.IsPossible(entry) ? entry : null;

    private static byte[] NameOf(ReadOnlyMemory<byte> group, ReadOnlyMemory<byte> consumer) =>
        [.. BitConverter.GetBytes(group.Length), .. group.Span, .. consumer.Span];
}
