namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The groups of elements in one column family, in the order of their stored keys: of its first bytes, up to the element. All elements of a
/// group follow one another there, because no such prefix begins with another: a range deletion over many keys contains whole groups, and
/// a part of no more than two. Groups without elements are left out, so that a range which is deleted again and again meets none.
/// </summary>
internal sealed class ElementOrder
{
    private readonly SortedSet<Entry> _entries = new(Comparer<Entry>.Create((x, y) => x.Prefix.AsSpan().SequenceCompareTo(y.Prefix)));

    public void Add(KeyspaceKey key, SubkeyGroup group) => _entries.Add(new Entry(group.PrefixFor(key), key, group));

    public void Remove(KeyspaceKey key, SubkeyGroup group) => _entries.Remove(new Entry(group.PrefixFor(key), key, group));

    /// <summary>
    /// Returns the groups that can have elements in a range, with the first subkey in the range and the subkey before which it ends; null
    /// for the end if that is after the last.
    /// </summary>
    public List<(KeyspaceKey Key, SubkeyGroup Group, byte[] From, byte[]? To)> Within(byte[] begin, byte[] end)
    {
        List<(KeyspaceKey, SubkeyGroup, byte[], byte[]?)> found = [];
        Entry first = Of(begin);
        Entry before = _entries.GetViewBetween(Of([]), first).Max;
        if (before.Prefix is not null && before.Prefix.Length < begin.Length && begin.AsSpan().StartsWith(before.Prefix))
        {
            found.Add((before.Key, before.Group, begin[before.Prefix.Length..], EndIn(before.Prefix, end)));
        }

        foreach (Entry entry in _entries.GetViewBetween(first, Of(end)))
        {
            if (!entry.Prefix.AsSpan().SequenceEqual(end))
            {
                found.Add((entry.Key, entry.Group, [], EndIn(entry.Prefix, end)));
            }
        }

        return found;
    }

    private static byte[]? EndIn(byte[] prefix, byte[] end) => end.AsSpan().StartsWith(prefix) ? end[prefix.Length..] : null;

    private static Entry Of(byte[] bound) => new(bound, null!, null!);

    private readonly record struct Entry(byte[] Prefix, KeyspaceKey Key, SubkeyGroup Group);
}
