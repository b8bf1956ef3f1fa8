using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <content>The end of a batch.</content>
public sealed partial class Keyspace
{
    private void EndBatch(BatchRecord? record)
    {
        foreach (Touch touch in _touchedInOrder)
        {
            KeyspaceKey key = touch.Key;
            Life before = LifeOf(touch.Before);
            Life after = LifeOf(key.MetadataValue);
            record?.Add(touch, before, after);
            if (key.Groups.Count > 0)
            {
                DropDead(key, before, after);
            }

            if (key.MetadataValue is null && key.Groups.Count == 0)
            {
                _keys.Remove(key.StoredKeyArray);
            }
        }

        _touchedInOrder.Clear();
        _touched.Clear();
    }

    private void DropDead(KeyspaceKey key, Life before, Life after)
    {
        long orphansBefore = 0;
        long orphans = 0;
        foreach (SubkeyGroup group in key.Groups)
        {
            group.EndBatch();
            orphansBefore += group.OrphanCount;
            group.OrphanCount = after.Owns(group) ? 0 : group.Values.Count;
        }

        // What is no newer than a life that is known of is dead. What is newer may be waiting for its metadata.
        ulong newestKnown = Math.Max(before.Version, after.Version);
        bool isLifeKnown = before.IsKnown || after.IsKnown;
        key.DropGroups(group => !after.Owns(group) && (group.Values.Count == 0 || (isLifeKnown && group.Version <= newestKnown)));
        if (key.Groups.Count > KeyspaceKey.ManyGroups)
        {
            // No server has that many lives of one key waiting: the newest are kept.
            ulong oldestKept = key.Groups.Select(group => group.Version).OrderDescending().ElementAt(KeyspaceKey.ManyGroups - 1);
            DroppedOrphanCount += key.Groups.Where(group => group.Version < oldestKept).Sum(group => (long)group.OrphanCount);
            key.DropGroups(group => group.Version < oldestKept && !after.Owns(group));
        }

        foreach (SubkeyGroup group in key.Groups)
        {
            orphans += group.OrphanCount;
        }

        OrphanCount += orphans - orphansBefore;
        if (orphans > 0 && OrphanCount > _options.MaxOrphans)
        {
            key.DropGroups(group => !after.Owns(group));
            OrphanCount -= orphans;
            DroppedOrphanCount += orphans;
        }
    }

    private static Life LifeOf(byte[]? metadataValue) =>
        metadataValue is not null && KvrocksMetadata.TryRead(metadataValue, out KvrocksMetadata metadata, out _)
            ? new Life(true, metadata.HasVersion, metadata.Version.Value, metadata.Type == KvrocksType.Stream)
            : default;

    /// <summary>Which life a key's metadata says it is in.</summary>
    private readonly record struct Life(bool IsKnown, bool HasElements, ulong Version, bool IsStream)
    {
        public bool Owns(SubkeyGroup group) => HasElements && group.Version == Version && group.IsStream == IsStream;
    }

    /// <summary>What is collected of a batch for its <see cref="BatchChanges"/>.</summary>
    private sealed class BatchRecord
    {
        public List<KeyChange> Keys { get; } = [];

        public List<RangeDeletion> Ranges { get; } = [];

        public List<BatchLogData> LogData { get; } = [];

        public List<Undecodable> Undecodable { get; } = [];

        public void Add(Touch touch, Life before, Life after)
        {
            if (!before.IsKnown && !after.IsKnown)
            {
                return;
            }

            KeyspaceKey key = touch.Key;
            bool isNewLife = after.IsKnown && before != after;
            Life life = after.IsKnown ? after : before;
            SubkeyGroup? group = key.Groups.FirstOrDefault(life.Owns);
            List<SubkeyChange> subkeys = group?.ChangesOf(isNewLife) ?? [];
            byte[]? valueAfter = key.MetadataValue;
            bool isSameMetadata = touch.Before is not null && valueAfter is not null && touch.Before.AsSpan().SequenceEqual(valueAfter);
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
