using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <content>What happens at the end of a batch.</content>
public sealed partial class Keyspace
{
    private void EndBatch(BatchRecord? record)
    {
        foreach (Touch touch in _touchedInOrder)
        {
            KeyspaceKey key = touch.Key;
            VersionState before = StateOf(touch.Before);
            VersionState after = StateOf(key.MetadataValue);
            record?.Add(touch, before, after);
            if (key.Groups.Count > 0)
            {
                DropOldVersions(key, before, after);
            }

            if (key.MetadataValue is null && key.Groups.Count == 0)
            {
                _keys.Remove(key.StoredKeyArray);
            }
        }

        _touchedInOrder.Clear();
        _touched.Clear();
    }

    private void DropOldVersions(KeyspaceKey key, VersionState before, VersionState after)
    {
        long orphansBefore = 0;
        long orphans = 0;
        foreach (SubkeyGroup group in key.Groups)
        {
            group.EndBatch();
            orphansBefore += group.OrphanCount;
            group.OrphanCount = after.Owns(group) ? 0 : group.Values.Count;
        }

        // Elements whose version is not newer than a known one are obsolete. Newer elements may belong to metadata that follows.
        ulong newestKnown = Math.Max(before.Version, after.Version);
        bool isVersionKnown = before.IsKnown || after.IsKnown;
        DropGroups(key, group => !after.Owns(group) && (group.Values.Count == 0 || (isVersionKnown && group.Version <= newestKnown)));
        if (key.Groups.Count > KeyspaceKey.ManyGroups)
        {
            // No server leaves that many versions of one key without metadata: the newest are kept.
            ulong oldestKept = key.Groups.Select(group => group.Version).OrderDescending().ElementAt(KeyspaceKey.ManyGroups - 1);
            DroppedOrphanCount += key.Groups.Where(group => group.Version < oldestKept).Sum(group => (long)group.OrphanCount);
            DropGroups(key, group => group.Version < oldestKept && !after.Owns(group));
        }

        foreach (SubkeyGroup group in key.Groups)
        {
            orphans += group.OrphanCount;
        }

        OrphanCount += orphans - orphansBefore;
        if (orphans > 0 && OrphanCount > _options.MaxOrphans)
        {
            DropGroups(key, group => !after.Owns(group));
            OrphanCount -= orphans;
            DroppedOrphanCount += orphans;
        }
    }

    private static VersionState StateOf(byte[]? metadataValue) =>
        metadataValue is not null && KvrocksMetadata.TryRead(metadataValue, out KvrocksMetadata metadata, out _)
            ? new VersionState(true, metadata.HasVersion, metadata.Version.Value, metadata.Type == KvrocksType.Stream)
            : default;

    /// <summary>The version of a key, by its metadata.</summary>
    private readonly record struct VersionState(bool IsKnown, bool HasElements, ulong Version, bool IsStream)
    {
        public bool Owns(SubkeyGroup group) => HasElements && group.Version == Version && group.IsStream == IsStream;
    }

    /// <summary>Collects the <see cref="BatchChanges"/> of a batch.</summary>
    private sealed class BatchRecord
    {
        public List<KeyChange> Keys { get; } = [];

        public List<RangeDeletion> Ranges { get; } = [];

        public List<BatchLogData> LogData { get; } = [];

        public List<Undecodable> Undecodable { get; } = [];

        public List<KeyspaceKey> Restored { get; } = [];

        public void Add(Touch touch, VersionState before, VersionState after)
        {
            if (!before.IsKnown && !after.IsKnown)
            {
                return;
            }

            KeyspaceKey key = touch.Key;
            if (touch.IsByRange && after.IsKnown)
            {
                Restored.Add(key);
            }

            bool isNewVersion = after.IsKnown && before != after;
            VersionState current = after.IsKnown ? after : before;
            SubkeyGroup? group = key.Groups.FirstOrDefault(current.Owns);
            List<SubkeyChange> subkeys = group?.ChangesOf(isNewVersion) ?? [];
            byte[]? valueAfter = key.MetadataValue;
            bool isSameMetadata = touch.Before is not null
                && valueAfter is not null
                && touch.Before.AsSpan().SequenceEqual(valueAfter);
            if (isSameMetadata && subkeys.Count == 0)
            {
                return;
            }

            Keys.Add(new KeyChange(
                key.Namespace,
                key.UserKey,
                touch.FirstOperation,
                SubkeyGroup.MemoryOf(touch.Before),
                SubkeyGroup.MemoryOf(valueAfter),
                touch.IsByRange && valueAfter is null,
                subkeys,
                valueAfter is null ? null : key,
                valueAfter is null ? group : null));
        }
    }
}
