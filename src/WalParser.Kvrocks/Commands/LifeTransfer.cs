using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Finds out that a key's new life is another key's, renamed or copied: both keep the version. It is told as RENAME or COPY if both have the same
/// metadata and the same elements.
/// </summary>
internal sealed class LifeTransfer
{
    /// <summary>The key that last began a life of a version.</summary>
    private readonly Dictionary<ulong, KeyspaceKey> _lives = [];

    /// <summary>A key went to this one in the batch; null if none.</summary>
    public static KeyChange? FindRenamed(KeyChange change, IEnumerable<KeyChange> gone) => gone.FirstOrDefault(source =>
        IsSameStart(change, source.Namespace, source.MetadataBefore) && HasSameElements(change.Key!, ElementsBefore(source)));

    /// <summary>A key that has the same life, and that the batch did not touch; null if there is none.</summary>
    public KeyspaceKey? FindCopied(KeyChange change, BatchChanges changes)
    {
        ulong version = VersionOf(change.MetadataAfter);
        return version != 0
            && _lives.TryGetValue(version, out KeyspaceKey? source)
            && source.MetadataValue is { } stored
            && IsSameStart(change, source.Namespace, stored)
            && !changes.Keys.Any(other => other.Key == source)
            && HasSameElements(change.Key!, source.Elements)
                ? source
                : null;
    }

    /// <summary>Takes note of the lives that end in a batch, and then of those that begin.</summary>
    public void Note(BatchChanges changes)
    {
        foreach (KeyChange change in changes.Keys)
        {
            ulong version = VersionOf(change.MetadataBefore);
            if ((change.Key is null || version != VersionOf(change.MetadataAfter)) && _lives.TryGetValue(version, out KeyspaceKey? key) && IsOf(key, change))
            {
                _lives.Remove(version);
            }
        }

        foreach (KeyChange change in changes.Keys)
        {
            ulong version = VersionOf(change.MetadataAfter);
            if (change.Key is not null && version != 0)
            {
                _lives.TryAdd(version, change.Key);
            }
        }
    }

    private static bool IsOf(KeyspaceKey key, KeyChange change) =>
        key.UserKey.Span.SequenceEqual(change.UserKey.Span) && key.Namespace.Span.SequenceEqual(change.Namespace.Span);

    private static bool IsSameStart(KeyChange change, ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte>? metadata) =>
        metadata is { } before
        && change.Namespace.Span.SequenceEqual(ns.Span)
        && change.MetadataAfter!.Value.Span.SequenceEqual(before.Span);

    private static bool HasSameElements(KeyspaceKey key, IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> others)
    {
        int count = 0;
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in others)
        {
            count++;
            if (!key.TryGetElement(subkey.Span, out ReadOnlyMemory<byte> element) || !element.Span.SequenceEqual(value.Span))
            {
                return false;
            }
        }

        return count == key.ElementCount;
    }

    private static IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> ElementsBefore(KeyChange change)
    {
        HashSet<byte[]> changed = new(change.Subkeys.Select(subkey => subkey.Subkey.ToArray()), ByteStringComparer.Instance);
        foreach ((byte[] subkey, byte[] value) in change.LastGroup?.Values ?? [])
        {
            if (!changed.Contains(subkey))
            {
                yield return new(subkey, value);
            }
        }

        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (subkey.Before is { } before)
            {
                yield return new(subkey.Subkey, before);
            }
        }
    }

    private static ulong VersionOf(ReadOnlyMemory<byte>? metadataValue) =>
        metadataValue is { } value && KvrocksMetadata.TryRead(value.Span, out KvrocksMetadata metadata, out _) ? metadata.Version.Value : 0;
}
