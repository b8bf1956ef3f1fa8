using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Finds out that a key's new life is another key's, renamed or copied: both keep the version. It is told as RENAME or COPY if both have the same
/// metadata and the same elements.
/// </summary>
internal sealed class VersionTransfer
{
    /// <summary>The key that last began a life of a version.</summary>
    private readonly Dictionary<ulong, KeyspaceKey> _lives = [];

    /// <summary>The keys that are gone, to be found by what one that was renamed has in common with its source.</summary>
    public static Dictionary<byte[], Queue<KeyChange>> ByStart(IEnumerable<KeyChange> gone)
    {
        Dictionary<byte[], Queue<KeyChange>> starts = new(ByteStringComparer.Instance);
        foreach (KeyChange change in gone)
        {
            byte[] start = StartOf(change.Namespace, change.MetadataBefore!.Value);
            if (!starts.TryGetValue(start, out Queue<KeyChange>? sources))
            {
                sources = new Queue<KeyChange>();
                starts.Add(start, sources);
            }

            sources.Enqueue(change);
        }

        return starts;
    }

    /// <summary>
    /// Takes the key that went to this one in the batch; null if none did. Of several with the same metadata the first is looked at, so that a
    /// batch of many costs no more than their number.
    /// </summary>
    public static KeyChange? TakeRenamed(KeyChange change, Dictionary<byte[], Queue<KeyChange>> gone) =>
        gone.TryGetValue(StartOf(change.Namespace, change.MetadataAfter!.Value), out Queue<KeyChange>? sources)
        && sources.TryPeek(out KeyChange? source)
        && HasSameElements(change.Key!, ElementsBefore(source))
            ? sources.Dequeue()
            : null;

    /// <summary>A key that has the same life, and that the batch did not touch; null if there is none.</summary>
    /// <param name="change">What the batch did to the key.</param>
    /// <param name="touched">The keys that the batch touched.</param>
    public KeyspaceKey? FindCopied(KeyChange change, HashSet<KeyspaceKey> touched)
    {
        ulong version = VersionOf(change.MetadataAfter);
        return version != 0
            && _lives.TryGetValue(version, out KeyspaceKey? source)
            && source.MetadataValue is { } stored
            && change.Namespace.Span.SequenceEqual(source.Namespace.Span)
            && change.MetadataAfter!.Value.Span.SequenceEqual(stored)
            && !touched.Contains(source)
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

    private static byte[] StartOf(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> metadata) => [(byte)ns.Length, .. ns.Span, .. metadata.Span];

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
