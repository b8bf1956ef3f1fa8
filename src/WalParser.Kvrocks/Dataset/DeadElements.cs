using System.Runtime.InteropServices;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The elements of versions that their own key no longer has and another key still has. RENAME and COPY carry a version, with the elements
/// that the source has, to another key, and a server then reads all elements that are stored there under that version: those that lay there
/// before, too. A version that no key has any more cannot come back, because a server never makes one twice.
/// </summary>
internal sealed class DeadElements
{
    private readonly Dictionary<ulong, int> _holders = [];
    private readonly Dictionary<ulong, Dictionary<(KeyspaceKey Key, bool IsStream), LinkedListNode<Entry>>> _byVersion = [];

    /// <summary>The groups in the order in which they were added.</summary>
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>The elements of all versions.</summary>
    public IEnumerable<Entry> All => _byAge;

    /// <summary>The number of elements.</summary>
    public long Count { get; private set; }

    /// <summary>Notes that one more key has a version.</summary>
    public void Hold(ulong version) => CollectionsMarshal.GetValueRefOrAddDefault(_holders, version, out _)++;

    /// <summary>Notes that one key less has a version.</summary>
    public void Release(ulong version)
    {
        ref int holders = ref CollectionsMarshal.GetValueRefOrNullRef(_holders, version);
        if (--holders == 0)
        {
            _holders.Remove(version);
        }
    }

    /// <summary>Returns whether any key has a version.</summary>
    public bool IsHeld(ulong version) => _holders.ContainsKey(version);

    /// <summary>Adds the elements of a version that its key no longer has.</summary>
    /// <param name="key">The key.</param>
    /// <param name="group">The elements.</param>
    /// <param name="batch">The number of the batch after which they are dead.</param>
    public void Add(KeyspaceKey key, SubkeyGroup group, long batch)
    {
        if (!_byVersion.TryGetValue(group.Version, out Dictionary<(KeyspaceKey, bool), LinkedListNode<Entry>>? groups))
        {
            groups = [];
            _byVersion.Add(group.Version, groups);
        }

        groups.Add((key, group.IsStream), _byAge.AddLast(new Entry(key, group, batch)));
        key.DeadGroupCount++;
        Count += group.Values.Count;
    }

    /// <summary>Removes and returns the elements of a version of a key; null if there are none.</summary>
    public SubkeyGroup? Take(KeyspaceKey key, ulong version, bool isStream) =>
        key.DeadGroupCount > 0
        && _byVersion.TryGetValue(version, out Dictionary<(KeyspaceKey, bool), LinkedListNode<Entry>>? groups)
        && groups.TryGetValue((key, isStream), out LinkedListNode<Entry>? node)
            ? Noted(Take(node, groups))
            : null;

    /// <summary>Removes and returns the elements of a version of all keys.</summary>
    public IReadOnlyList<Entry> TakeAll(ulong version)
    {
        if (!_byVersion.TryGetValue(version, out Dictionary<(KeyspaceKey, bool), LinkedListNode<Entry>>? groups))
        {
            return [];
        }

        List<Entry> taken = [];
        foreach (LinkedListNode<Entry> node in groups.Values.ToArray())
        {
            Entry entry = Take(node, groups);
            Noted(entry);
            taken.Add(entry);
        }

        return taken;
    }

    /// <summary>Removes and returns the elements that were added first; there must be some.</summary>
    public Entry TakeOldest()
    {
        LinkedListNode<Entry> node = _byAge.First!;
        return Take(node, _byVersion[node.Value.Group.Version]);
    }

    public void Clear()
    {
        _holders.Clear();
        _byVersion.Clear();
        _byAge.Clear();
        Count = 0;
    }

    /// <summary>Notes that elements are obsolete if the metadata of their key was known while they were dead; returns them.</summary>
    private static SubkeyGroup Noted(Entry entry)
    {
        (long batch, ulong version) = entry.Key.LastKnown;
        entry.Group.IsObsolete |= batch >= entry.Batch && entry.Group.Version <= version;
        return entry.Group;
    }

    private Entry Take(LinkedListNode<Entry> node, Dictionary<(KeyspaceKey Key, bool IsStream), LinkedListNode<Entry>> groups)
    {
        Entry entry = node.Value;
        _byAge.Remove(node);
        groups.Remove((entry.Key, entry.Group.IsStream));
        if (groups.Count == 0)
        {
            _byVersion.Remove(entry.Group.Version);
        }

        entry.Key.DeadGroupCount--;
        Count -= entry.Group.Values.Count;
        return entry;
    }

    /// <summary>The elements of a version of a key.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Group">The elements.</param>
    /// <param name="Batch">The number of the batch after which they are dead.</param>
    internal readonly record struct Entry(KeyspaceKey Key, SubkeyGroup Group, long Batch);
}
