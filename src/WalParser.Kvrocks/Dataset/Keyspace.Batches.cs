using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <content>What happens at the end of a batch.</content>
public sealed partial class Keyspace
{
    private void EndBatch(BatchRecord? record)
    {
        List<ulong>? released = null;
        _batchNumber++;
        foreach (Touch touch in _touchedInOrder)
        {
            touch.StateBefore = StateOf(touch.Before);
            touch.StateAfter = StateOf(touch.Key.MetadataValue);
            NoteVersion(touch, ref released);
        }

        foreach (ulong version in released ?? [])
        {
            _dead.Release(version);
        }

        foreach (Touch touch in _touchedInOrder)
        {
            KeyspaceKey key = touch.Key;
            if (touch.StateAfter.HasElements)
            {
                TakeBack(key, touch.StateAfter.Version, touch.StateAfter.IsStream, touch.FirstOperation);
            }

            if (key.DeadGroupCount > 0 && (touch.StateBefore.IsKnown || touch.StateAfter.IsKnown))
            {
                key.LastKnown = (_batchNumber, Math.Max(touch.StateBefore.Version, touch.StateAfter.Version));
            }

            record?.Add(touch);
            if (key.Groups.Count > 0)
            {
                DropOldVersions(key, touch.StateBefore, touch.StateAfter);
            }

            RemoveIfUnused(key);
        }

        foreach (ulong version in released ?? [])
        {
            if (!_dead.IsHeld(version))
            {
                DropDead(version);
            }
        }

        while (_dead.Count > _options.MaxDeadElements)
        {
            DeadElements.Entry oldest = _dead.TakeOldest();
            DroppedDeadElementCount += oldest.Group.Values.Count;
            Forget(oldest);
        }

        _touchedInOrder.Clear();
        _touched.Clear();
    }

    /// <summary>Notes the version that a key has since the batch, and adds the one that it does not have any more.</summary>
    private void NoteVersion(Touch touch, ref List<ulong>? released)
    {
        VersionState before = touch.StateBefore;
        VersionState after = touch.StateAfter;
        if (before.HasElements == after.HasElements && before.Version == after.Version)
        {
            return;
        }

        if (after.HasElements)
        {
            _dead.Hold(after.Version);
        }

        if (before.HasElements)
        {
            released ??= [];
            released.Add(before.Version);
        }
    }

    private void DropOldVersions(KeyspaceKey key, VersionState before, VersionState after)
    {
        // Elements whose version is not newer than a known one are obsolete. Newer elements may belong to metadata that follows.
        ulong newestKnown = Math.Max(before.Version, after.Version);
        bool isVersionKnown = before.IsKnown || after.IsKnown;
        long orphansBefore = 0;
        bool hasDead = false;
        foreach (SubkeyGroup group in key.Groups)
        {
            group.EndBatch();
            group.IsObsolete = !after.Owns(group) && (group.IsObsolete || (isVersionKnown && group.Version <= newestKnown));
            orphansBefore += group.OrphanCount;
            bool isDead = IsDead(group);
            hasDead |= isDead;
            group.OrphanCount = isDead || after.Owns(group) ? 0 : group.Values.Count;
        }

        if (hasDead)
        {
            foreach (SubkeyGroup group in key.Groups.Where(IsDead))
            {
                _dead.Add(key, group, _batchNumber);
            }

            key.DropGroups(IsDead);
        }

        DropGroups(key, group => !after.Owns(group) && (group.Values.Count == 0 || group.IsObsolete));
        if (key.Groups.Count > KeyspaceKey.ManyGroups)
        {
            // No server leaves that many versions of one key without metadata: the newest are kept.
            ulong oldestKept = key.Groups.Select(group => group.Version).OrderDescending().ElementAt(KeyspaceKey.ManyGroups - 1);
            DroppedOrphanCount += key.Groups.Where(group => group.Version < oldestKept).Sum(group => (long)group.OrphanCount);
            DropGroups(key, group => group.Version < oldestKept && !after.Owns(group));
        }

        OrphanCount += OrphansOf(key) - orphansBefore;
        LimitOrphans(key, after);

        bool IsDead(SubkeyGroup group) => group.Values.Count > 0 && !after.Owns(group) && _dead.IsHeld(group.Version);
    }

    private static long OrphansOf(KeyspaceKey key)
    {
        long orphans = 0;
        foreach (SubkeyGroup group in key.Groups)
        {
            orphans += group.OrphanCount;
        }

        return orphans;
    }

    private void LimitOrphans(KeyspaceKey key, VersionState after)
    {
        if (OrphanCount > _options.MaxOrphans && OrphansOf(key) is > 0 and var orphans)
        {
            DropGroups(key, group => !after.Owns(group));
            OrphanCount -= orphans;
            DroppedOrphanCount += orphans;
        }
    }

    /// <summary>
    /// Returns the elements of a version of a key, and keeps them with the key until the end of the batch if the version is dead; null if
    /// there are none.
    /// </summary>
    private SubkeyGroup? TakeBack(KeyspaceKey key, ulong version, bool isStream, int index)
    {
        if (key.FindGroup(version, isStream) is { } known)
        {
            return known;
        }

        SubkeyGroup? dead = _dead.Take(key, version, isStream);
        if (dead is not null)
        {
            TouchKey(key, index);
            key.AddGroup(dead);
        }

        return dead;
    }

    /// <summary>
    /// Forgets the elements of a version that no key has any more. Those that may belong to metadata which is not known are orphans again.
    /// </summary>
    private void DropDead(ulong version)
    {
        IReadOnlyList<DeadElements.Entry> entries = _dead.TakeAll(version);
        foreach (DeadElements.Entry entry in entries.Where(entry => !entry.Group.IsObsolete))
        {
            entry.Key.AddGroup(entry.Group);
            entry.Group.OrphanCount = entry.Group.Values.Count;
            OrphanCount += entry.Group.OrphanCount;
            LimitOrphans(entry.Key, StateOf(entry.Key.MetadataValue));
        }

        // A key may have both kinds, one in each column family, and is removed with the last.
        foreach (DeadElements.Entry entry in entries.Where(entry => entry.Group.IsObsolete))
        {
            Forget(entry);
        }
    }

    private void Forget(DeadElements.Entry entry)
    {
        (entry.Group.IsStream ? _streamOrder : _elementOrder)?.Remove(entry.Key, entry.Group);
        RemoveIfUnused(entry.Key);
    }

    private void RemoveIfUnused(KeyspaceKey key)
    {
        if (key.MetadataValue is null && key.Groups.Count == 0 && key.DeadGroupCount == 0)
        {
            _keys.Remove(key.StoredKeyArray);
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

        public void Add(Touch touch)
        {
            VersionState before = touch.StateBefore;
            VersionState after = touch.StateAfter;
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
            List<SubkeyChange> written = group?.WrittenChanges(isNewVersion) ?? [];
            int returned = isNewVersion && group is not null ? group.Values.Count - written.Count : 0;
            if (returned > 0 && !group!.IsObsolete)
            {
                // Elements of which the metadata was not known until now are new as well.
                written = group.ReturnedChanges(written);
                returned = 0;
            }

            byte[]? valueAfter = key.MetadataValue;
            bool isSameMetadata = touch.Before is not null
                && valueAfter is not null
                && touch.Before.AsSpan().SequenceEqual(valueAfter);
            if (isSameMetadata && written.Count == 0)
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
                written,
                returned,
                () => group?.ReturnedChanges(written) ?? written,
                valueAfter is null ? null : key,
                valueAfter is null ? group : null));
        }
    }
}
