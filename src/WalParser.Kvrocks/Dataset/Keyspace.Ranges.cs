using WalParser.Coding;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <content>Range deletions.</content>
public sealed partial class Keyspace
{
    private SortedSet<byte[]> Order =>
        _order ??= new SortedSet<byte[]>(Keys.Select(key => key.StoredKeyArray), ByteStringComparer.Instance);

    /// <summary>Returns the first and the last stored key that begins with a prefix and is not one of some others.</summary>
    internal (byte[]? First, byte[]? Last) FindOutermost(byte[] prefix, HashSet<byte[]> others)
    {
        byte[]? end = KeyPrefix.EndOf(prefix) is { Length: > 0 } next ? next : Order.Max;
        if (end is null || prefix.AsSpan().SequenceCompareTo(end) > 0)
        {
            return default;
        }

        SortedSet<byte[]> keys = Order.GetViewBetween(prefix, end);
        return (keys.FirstOrDefault(IsWanted), keys.Reverse().FirstOrDefault(IsWanted));

        bool IsWanted(byte[] storedKey) => storedKey.AsSpan().StartsWith(prefix) && !others.Contains(storedKey);
    }

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
        byte[][] inRange = [.. Order.GetViewBetween(begin, end).Where(storedKey => !storedKey.AsSpan().SequenceEqual(end))];
        foreach (byte[] storedKey in inRange)
        {
            KeyspaceKey key = _keys[storedKey];
            TouchKey(key, index).IsByRange = true;
            key.MetadataValue = null;
            Order.Remove(storedKey);
        }

        return inRange.Length;
    }

    /// <summary>Deletes the elements in a range, which is either within one version of one key, or over many keys.</summary>
    private void DeleteElements(byte[] begin, byte[] end, bool isStream, int index, bool isTracked)
    {
        if (SubkeyKey.TryRead(begin, HasSlot, out SubkeyKey first)
            && SubkeyKey.TryRead(end, HasSlot, out SubkeyKey last)
            && begin.AsSpan(..^first.Subkey.Length).SequenceEqual(end.AsSpan(..^last.Subkey.Length)))
        {
            if (TryFind(StoredKeyOf(begin, first), out KeyspaceKey? key) && TakeBack(key, first.Version.Value, isStream, index) is { } group)
            {
                DeleteElements(key, group, first.Subkey.ToArray(), last.Subkey.ToArray(), index, isTracked);
            }

            return;
        }

        foreach ((KeyspaceKey key, SubkeyGroup group, byte[] from, byte[]? to) in ElementsOf(isStream).Within(begin, end))
        {
            DeleteElements(key, group, from, to, index, isTracked);
        }
    }

    private void DeleteElements(KeyspaceKey key, SubkeyGroup group, byte[] from, byte[]? to, int index, bool isTracked)
    {
        TakeBack(key, group.Version, group.IsStream, index);
        if (group.RemoveRange(from, to, isTracked))
        {
            TouchKey(key, index);
            NoteElements(key, group, couldBeFirst: false);
        }
    }

    /// <summary>Returns the order of all elements, which the first deletion over many keys creates.</summary>
    private ElementOrder ElementsOf(bool isStream)
    {
        ref ElementOrder? order = ref isStream ? ref _streamOrder : ref _elementOrder;
        if (order is null)
        {
            order = new ElementOrder();
            foreach (KeyspaceKey key in _keys.Values)
            {
                foreach (SubkeyGroup group in key.Groups.Where(group => group.IsStream == isStream && group.Values.Count > 0))
                {
                    order.Add(key, group);
                }
            }

            foreach (DeadElements.Entry entry in _dead.All.Where(entry => entry.Group.IsStream == isStream))
            {
                order.Add(entry.Key, entry.Group);
            }
        }

        return order;
    }

    /// <summary>Keeps the order of all elements in step with a group that has its first element or has lost its last.</summary>
    private void NoteElements(KeyspaceKey key, SubkeyGroup group, bool couldBeFirst)
    {
        ElementOrder? order = group.IsStream ? _streamOrder : _elementOrder;
        if (group.Values.Count == 0)
        {
            order?.Remove(key, group);
        }
        else if (couldBeFirst && group.Values.Count == 1)
        {
            order?.Add(key, group);
        }
    }

    private void DropGroups(KeyspaceKey key, Predicate<SubkeyGroup> isDead)
    {
        if (_streamOrder is not null || _elementOrder is not null)
        {
            foreach (SubkeyGroup group in key.Groups.Where(group => group.Values.Count > 0 && isDead(group)))
            {
                (group.IsStream ? _streamOrder : _elementOrder)?.Remove(key, group);
            }
        }

        key.DropGroups(isDead);
    }
}
