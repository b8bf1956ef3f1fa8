using WalParser.Coding;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <content>Range deletions.</content>
public sealed partial class Keyspace
{
    private void DeleteRange(in StoredOperation operation, int index, BatchRecord? record)
    {
        byte[] begin = operation.Key.ToArray();
        byte[] end = operation.EndKey.ToArray();
        int keys = 0;
        if (begin.AsSpan().SequenceCompareTo(end) < 0)
        {
            if (operation.Family == KvrocksColumnFamily.Metadata)
            {
                keys = DeleteKeys(begin, end, index);
            }
            else
            {
                DeleteElements(begin, end, operation.IsStream, index, record is not null);
            }
        }

        record?.Ranges.Add(new RangeDeletion(index, operation.Family, begin, end, keys));
    }

    private int DeleteKeys(byte[] begin, byte[] end, int index)
    {
        _order ??= new SortedSet<byte[]>(Keys.Select(key => key.StoredKeyArray), ByteStringComparer.Instance);
        byte[][] inRange = [.. _order.GetViewBetween(begin, end).Where(storedKey => !storedKey.AsSpan().SequenceEqual(end))];
        foreach (byte[] storedKey in inRange)
        {
            KeyspaceKey key = _keys[storedKey];
            TouchKey(key, index).IsByRange = true;
            key.MetadataValue = null;
            _order.Remove(storedKey);
        }

        return inRange.Length;
    }

    /// <summary>Deletes the elements in a range, which is either within one version of one key, or applied to all keys.</summary>
    private void DeleteElements(byte[] begin, byte[] end, bool isStream, int index, bool isTracked)
    {
        if (SubkeyKey.TryRead(begin, HasSlot, out SubkeyKey first)
            && SubkeyKey.TryRead(end, HasSlot, out SubkeyKey last)
            && begin.AsSpan(..^first.Subkey.Length).SequenceEqual(end.AsSpan(..^last.Subkey.Length)))
        {
            if (TryFind(StoredKeyOf(begin, first), out KeyspaceKey? key) && key.FindGroup(first.Version.Value, isStream) is { } group)
            {
                TouchKey(key, index);
                DeleteElements(group, first.Subkey.ToArray(), last.Subkey.ToArray(), isTracked);
            }

            return;
        }

        foreach (KeyspaceKey key in _keys.Values)
        {
            foreach (SubkeyGroup group in key.Groups)
            {
                if (group.IsStream == isStream)
                {
                    DeleteElements(key, group, begin, end, index, isTracked);
                }
            }
        }
    }

    private void DeleteElements(KeyspaceKey key, SubkeyGroup group, byte[] begin, byte[] end, int index, bool isTracked)
    {
        byte[] prefix = SubkeyKey.ComposePrefix(key.StoredKey.Span, key.UserKey.Length, group.Version);

        // The bounds of the range without the prefix. A bound that sorts before the prefix is before every element.
        if (prefix.AsSpan().SequenceCompareTo(end) >= 0)
        {
            return;
        }

        byte[]? from = BoundAfter(prefix, begin);
        byte[]? to = BoundAfter(prefix, end);
        if (from is null)
        {
            return;
        }

        TouchKey(key, index);
        DeleteElements(group, from, to, isTracked);
    }

    /// <summary>
    /// Returns the part of a bound after a prefix; empty if the bound is before all keys with the prefix, null if it is after all.
    /// </summary>
    private static byte[]? BoundAfter(byte[] prefix, byte[] bound) =>
        bound.AsSpan().StartsWith(prefix) ? bound[prefix.Length..]
        : bound.AsSpan().SequenceCompareTo(prefix) < 0 ? []
        : null;

    private static void DeleteElements(SubkeyGroup group, byte[] from, byte[]? to, bool isTracked)
    {
        foreach (byte[] subkey in group.Values.Keys.ToArray())
        {
            if (subkey.AsSpan().SequenceCompareTo(from) >= 0 && (to is null || subkey.AsSpan().SequenceCompareTo(to) < 0))
            {
                group.Remove(subkey, isTracked);
            }
        }
    }
}
