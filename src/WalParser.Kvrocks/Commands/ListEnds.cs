using System.Buffers.Binary;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The changes at the two ends of a list, and the elements that were set between them. They are found from what the batch wrote, at any
/// length of the list.
/// </summary>
internal sealed class ListEnds
{
    private readonly KeyspaceKey _key;
    private readonly SortedDictionary<ulong, SubkeyChange> _changes;
    private readonly List<ReadOnlyMemory<byte>> _leftPushes = [];
    private readonly List<ReadOnlyMemory<byte>> _rightPushes = [];
    private readonly List<(long Index, ReadOnlyMemory<byte> Element)> _sets = [];
    private int _leftPops;
    private int _rightPops;

    private ListEnds(KeyspaceKey key, SortedDictionary<ulong, SubkeyChange> changes)
    {
        _key = key;
        _changes = changes;
    }

    /// <summary>The number of commands, plus a cost for the elements in them.</summary>
    public double Cost =>
        (_leftPops > 0 ? 1 : 0)
        + (_rightPops > 0 ? 1 : 0)
        + _sets.Count
        + ListEdit.CostOfPushes(_leftPushes.Count)
        + ListEdit.CostOfPushes(_rightPushes.Count);

    /// <summary>Whether no element between the ends changed.</summary>
    public bool AreAll => _sets.Count == 0;

    /// <summary>The size of the elements that are pushed although the batch did not write them.</summary>
    public long OldSize { get; private set; }

    /// <summary>Returns the changes; null if the list changed in another way, or more than what the batch wrote shows.</summary>
    public static ListEnds? Of(KeyChange change, SortedDictionary<ulong, SubkeyChange> changes)
    {
        ListMetadata before = ListCommands.MetadataOf(change.MetadataBefore!.Value);
        ListMetadata after = ListCommands.MetadataOf(change.MetadataAfter!.Value);
        ulong start = Math.Max(before.Head, after.Head);
        ulong end = Math.Min(before.Tail, after.Tail);
        UInt128 moved = (UInt128)(start - before.Head) + (start - after.Head) + (before.Tail - end) + (after.Tail - end);
        const int MovedPerChange = 2;
        if (start >= end || moved > (ulong)(MovedPerChange * (changes.Count + 1)) || changes.Count != change.Subkeys.Count)
        {
            return null;
        }

        var ends = new ListEnds(change.Key!, changes);
        ends._leftPops = ends.CountBefore(before.Head, start);
        ends._rightPops = ends.CountBefore(end, before.Tail);
        ends.Push(after.Head, start, ends._leftPushes);
        ends.Push(end, after.Tail, ends._rightPushes);
        ends._leftPushes.Reverse();
        bool isKnown = ends.IsKnown(change, before, after);

        // The pops must not empty the list, which would remove its expiry.
        bool isSafe = isKnown || ends._leftPops + ends._rightPops == 0 || ends.Remains(start) || ends.Remains(end - 1);
        return isSafe && ends.TrySet(start, end, after.Head, isKnown) ? ends : null;
    }

    public void Write(CommandWriter writer)
    {
        ListEdit.WritePops(writer, "LPOP", _leftPops);
        ListEdit.WritePops(writer, "RPOP", _rightPops);
        writer.WriteElements("LPUSH", _leftPushes);
        writer.WriteElements("RPUSH", _rightPushes);
        foreach ((long index, ReadOnlyMemory<byte> element) in _sets)
        {
            writer.Write("LSET", Argument.Of(index), element);
        }
    }

    /// <summary>
    /// Returns whether all elements are known, before and after, so that their indexes are those on the server. As many as the metadata
    /// counts is not enough: damaged metadata can name a place where the elements are not.
    /// </summary>
    private bool IsKnown(KeyChange change, ListMetadata before, ListMetadata after)
    {
        long count = change.Key!.ElementCount;
        long countBefore = count
            - change.Subkeys.Count(subkey => subkey.Before is null)
            + change.Subkeys.Count(subkey => subkey.After is null);
        return after.Tail - after.Head == (ulong)count
            && before.Tail - before.Head == (ulong)countBefore
            && Find(after.Head) is not null
            && Find(after.Tail - 1) is not null
            && CountBefore(before.Head, before.Head + 1) + CountBefore(before.Tail - 1, before.Tail) == 2;
    }

    private bool TrySet(ulong start, ulong end, ulong head, bool isKnown)
    {
        foreach ((ulong index, SubkeyChange subkey) in _changes)
        {
            if (index < start || index >= end || (subkey.Before is null && subkey.After is null))
            {
                continue;
            }

            if (!isKnown || subkey.Before is null || subkey.After is not { } element)
            {
                return false;
            }

            _sets.Add(((long)(index - head), element));
        }

        return true;
    }

    private int CountBefore(ulong from, ulong to)
    {
        int count = 0;
        for (ulong index = from; index < to; index++)
        {
            count += _changes.TryGetValue(index, out SubkeyChange? change)
                ? (change.Before is null ? 0 : 1)
                : (Find(index) is null ? 0 : 1);
        }

        return count;
    }

    /// <summary>Returns whether an element is known that the batch has neither added nor removed.</summary>
    private bool Remains(ulong index) =>
        Find(index) is not null && !(_changes.TryGetValue(index, out SubkeyChange? change) && change.Before is null);

    private void Push(ulong from, ulong to, List<ReadOnlyMemory<byte>> pushes)
    {
        for (ulong index = from; index < to; index++)
        {
            if (Find(index) is { } element)
            {
                pushes.Add(element);
                OldSize += _changes.ContainsKey(index) ? 0 : SubkeyGroup.SizeOf(sizeof(ulong), element.Length);
            }
        }
    }

    private ReadOnlyMemory<byte>? Find(ulong index)
    {
        Span<byte> subkey = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(subkey, index);
        return _key.TryGetElement(subkey, out ReadOnlyMemory<byte> element) ? element : default(ReadOnlyMemory<byte>?);
    }
}
