using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>Collects the keys that batches change.</summary>
/// <param name="isWanted">Whether a key in a namespace is collected.</param>
internal sealed class TouchedKeys(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, bool> isWanted)
{
    private readonly Dictionary<byte[], TouchedKey> _keys = new(ByteStringComparer.Instance);

    /// <summary>The keys, in the order of their names.</summary>
    public IEnumerable<TouchedKey> All => _keys.OrderBy(pair => pair.Key, ByteStringComparer.Instance).Select(pair => pair.Value);

    public int Count => _keys.Count;

    /// <summary>Adds the keys that a batch has changed.</summary>
    /// <param name="sequence">The sequence number of the batch.</param>
    /// <param name="changes">Its changes.</param>
    /// <param name="deletedUnseen">The keys that it deleted and that the logs do not show.</param>
    /// <param name="isLogWhole">Whether the logs show every key.</param>
    public void Note(
        ulong sequence,
        BatchChanges changes,
        List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deletedUnseen,
        bool isLogWhole)
    {
        foreach (KeyChange change in changes.Keys)
        {
            if (Touch(change.Namespace, change.UserKey, sequence, out bool isNew) is { } key)
            {
                key.IsUnknownBefore |= isNew && change.MetadataBefore is null && !isLogWhole;
                key.HasLostElements |= change.Written.Any(subkey => subkey.After is null);
                AddType(key, change.MetadataBefore);
                AddType(key, change.MetadataAfter);
            }
        }

        // A flush deleted these and the batch put them there again.
        foreach (KeyspaceKey restored in changes.Restored)
        {
            if (Touch(restored.Namespace, restored.UserKey, sequence, out _) is { } key)
            {
                AddType(key, restored.StoredMetadata);
            }
        }

        foreach ((ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> name) in deletedUnseen)
        {
            if (Touch(ns, name, sequence, out bool isNew) is { } key)
            {
                key.IsUnknownBefore |= isNew;
                key.IsDeletedUnseen = true;
            }
        }
    }

    /// <summary>Adds a key even if no batch changes it; returns null if it is not wanted.</summary>
    public TouchedKey? Touch(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> name, ulong sequence, out bool isNew)
    {
        isNew = false;
        if (!isWanted(ns, name))
        {
            return null;
        }

        byte[] full = KeyName.Of(ns, name);
        if (!_keys.TryGetValue(full, out TouchedKey? key))
        {
            isNew = true;
            key = new TouchedKey(KeyName.NamespaceOf(full), KeyName.UserKeyOf(full), sequence);
            _keys.Add(full, key);
        }

        return key;
    }

    private static void AddType(TouchedKey key, ReadOnlyMemory<byte>? stored)
    {
        if (KvrocksMetadata.ReadOrDefault(stored) is var metadata && KeyConversion.Exists(metadata))
        {
            key.Types.Add(metadata.Type);
        }
    }
}
