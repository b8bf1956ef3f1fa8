using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The dataset at a point of the log, and for which keys the log shows it as a whole. If the log does not begin with the database, what it
/// does not show is unknown: a key that is not in the dataset may exist, and one that is may have more elements.
/// </summary>
internal sealed class EarlierState(KeyspaceOptions options)
{
    // The size of the metadata of a stream after its common part: five ids of 16 bytes, the number of added entries, and the number of
    // groups, which old servers did not write.
    private const int StreamBodyWithGroups = (5 * 16) + 8 + 8;

    private readonly HashSet<byte[]> _absent = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _begun = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _wholeNamespaces = new(ByteStringComparer.Instance);
    private KnownNamespaces _namespaces = new();
    private Keyspace _keyspace = new(options);

    /// <summary>Whether the log shows the database from its beginning, without a gap.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>
    /// Forgets all, because of batches that the log does not have: they may have changed any key. Elements that were deleted and others
    /// that were added there would leave a key with the right number of elements.
    /// </summary>
    public void Forget()
    {
        IsWhole = false;
        _absent.Clear();
        _begun.Clear();
        _wholeNamespaces.Clear();
        _namespaces = new KnownNamespaces();
        _keyspace = new Keyspace(options with { SlotEncoding = _keyspace.SlotEncoding });
    }

    /// <summary>Applies a batch.</summary>
    public BatchChanges Apply(ref WriteBatch batch)
    {
        List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted =
            IsWhole ? [] : UnknownKeys.FindDeleted(batch, _keyspace, options.Families);
        BatchChanges changes = _keyspace.ApplyWithChanges(ref batch);
        if (IsWhole)
        {
            return changes;
        }

        foreach (KeyChange change in changes.Keys)
        {
            _namespaces.Add(change.Namespace.Span);
        }

        if (Flushes.Find(changes, _keyspace, _namespaces, isLogWhole: false) is { IsGuessed: false } flushes)
        {
            _wholeNamespaces.UnionWith(flushes.Namespaces);
        }

        foreach (KeyChange change in changes.Keys)
        {
            Note(change);
        }

        foreach ((ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) in deleted)
        {
            if (_keyspace.Find(ns.Span, key.Span) is null)
            {
                _absent.Add(KeyName.Of(ns, key));
            }
        }

        return changes;
    }

    /// <summary>Returns whether all keys of a namespace are known.</summary>
    public bool IsWholeIn(ReadOnlyMemory<byte> ns) =>
        IsWhole || _wholeNamespaces.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(ns.Span);

    /// <summary>Finds the state of a key.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="userKey">The key.</param>
    /// <param name="key">The key; null if it did not exist, or is not known.</param>
    /// <returns>Why the state is not known as a whole; null if it is.</returns>
    public KeyLeftAloneReason? Find(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> userKey, out KeyspaceKey? key)
    {
        key = _keyspace.Find(ns.Span, userKey.Span);
        bool isWhole = IsWholeIn(ns);
        return key is not null && !KeyConversion.Exists(key.Metadata) ? null
            : key is null
            ? isWhole || _absent.Contains(KeyName.Of(ns, userKey)) ? null : KeyLeftAloneReason.UnknownBefore
            : isWhole || (key.IsComplete && (ShowsAll(key) || _begun.Contains(KeyName.Of(ns, userKey))))
                ? null
                : KeyLeftAloneReason.IncompleteBefore;
    }

    /// <summary>
    /// Notes whether a key is known to be absent, and whether its version is known to have begun in the log, which then has all elements.
    /// </summary>
    private void Note(KeyChange change)
    {
        byte[] name = KeyName.Of(change.Namespace, change.UserKey);
        if (change.MetadataAfter is null)
        {
            _begun.Remove(name);
            _absent.Add(name);
            return;
        }

        bool wasAbsent = _absent.Remove(name) || IsWholeIn(change.Namespace);
        KvrocksMetadata before = KvrocksMetadata.ReadOrDefault(change.MetadataBefore);
        KvrocksMetadata after = KvrocksMetadata.ReadOrDefault(change.MetadataAfter);
        if (change.MetadataBefore is null ? wasAbsent : before.Version != after.Version && after.HasVersion)
        {
            _begun.Add(name);
        }
    }

    /// <summary>
    /// Returns whether a key by itself shows that nothing is missing, if its elements are complete as far as its metadata counts them.
    /// </summary>
    private static bool ShowsAll(KeyspaceKey key)
    {
        KvrocksMetadata metadata = key.Metadata;
        return !metadata.HasVersion
            || (metadata.Type == KvrocksType.Stream ? ShowsAllGroups(key, metadata) : metadata.Type.CountsElements);
    }

    private static bool ShowsAllGroups(KeyspaceKey key, in KvrocksMetadata metadata)
    {
        IReadOnlyList<StreamGroupState> groups = key.StreamGroups();
        return metadata.Body.Length >= StreamBodyWithGroups
            && metadata.TryReadStream(out StreamMetadata stream)
            && stream.Groups == (ulong)groups.Count
            && groups.All(group =>
                group.Group.Consumers == (ulong)group.Consumers.Count && group.Group.Pending == (ulong)group.Pending.Count);
    }
}
