using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Finds keys that were renamed or copied, by their version, which both commands keep. The change is converted to RENAME or COPY if both
/// keys have the same metadata and the same elements, all of which the batch wrote: a key to which its version has come back may have more.
/// </summary>
internal sealed class VersionTransfer
{
    /// <summary>The keys by their version; the first one of several with the same version.</summary>
    private readonly Dictionary<ulong, KeyspaceKey> _keys = [];

    /// <summary>Returns the deleted keys by the bytes that a renamed key has in common with its source: namespace and metadata.</summary>
    public static Dictionary<byte[], Queue<(KeyChange Change, int ElementCount)>> ByStart(IEnumerable<KeyChange> gone)
    {
        Dictionary<byte[], Queue<(KeyChange, int)>> starts = new(ByteStringComparer.Instance);
        foreach (KeyChange change in gone)
        {
            byte[] start = StartOf(change.Namespace, change.MetadataBefore!.Value);
            if (!starts.TryGetValue(start, out Queue<(KeyChange, int)>? sources))
            {
                sources = new Queue<(KeyChange, int)>();
                starts.Add(start, sources);
            }

            sources.Enqueue((change, CountBefore(change)));
        }

        return starts;
    }

    /// <summary>
    /// Returns the deleted key that was renamed to this one in the batch, and removes it from <paramref name="gone"/>; null if there is
    /// none. Only the first of several keys with the same metadata is compared, so that the cost is in proportion to their number.
    /// </summary>
    public static KeyChange? DequeueRenamed(KeyChange change, Dictionary<byte[], Queue<(KeyChange Change, int ElementCount)>> gone) =>
        !change.HasReturned
        && gone.TryGetValue(StartOf(change.Namespace, change.MetadataAfter!.Value), out Queue<(KeyChange Change, int ElementCount)>? sources)
        && sources.TryPeek(out (KeyChange Change, int ElementCount) source)
        && source.Change.LastGroup?.HasOtherScores != true
        && HasSameElements(change.Key!, source.ElementCount, () => ElementsBefore(source.Change))
            ? sources.Dequeue().Change
            : null;

    /// <summary>Returns a key with the same version, metadata and elements that the batch did not touch; null if there is none.</summary>
    /// <param name="change">The change of the copy.</param>
    /// <param name="touched">The keys that the batch touched.</param>
    public KeyspaceKey? FindCopied(KeyChange change, HashSet<KeyspaceKey> touched)
    {
        ulong version = VersionOf(change.MetadataAfter);
        return version != 0
            && !change.HasReturned
            && _keys.TryGetValue(version, out KeyspaceKey? source)
            && source.MetadataValue is { } stored
            && change.Namespace.Span.SequenceEqual(source.Namespace.Span)
            && change.MetadataAfter!.Value.Span.SequenceEqual(stored)
            && !touched.Contains(source)
            && source.Live?.HasOtherScores != true
            && HasSameElements(change.Key!, source.ElementCount, () => source.Elements)
                ? source
                : null;
    }

    /// <summary>Removes the versions that end in a batch, and then adds those that begin.</summary>
    public void Note(BatchChanges changes)
    {
        foreach (KeyChange change in changes.Keys)
        {
            ulong version = VersionOf(change.MetadataBefore);
            bool hasEnded = change.Key is null || version != VersionOf(change.MetadataAfter);
            if (hasEnded && _keys.TryGetValue(version, out KeyspaceKey? key) && IsOf(key, change))
            {
                _keys.Remove(version);
            }
        }

        foreach (KeyChange change in changes.Keys)
        {
            ulong version = VersionOf(change.MetadataAfter);
            if (change.Key is not null && version != 0)
            {
                _keys.TryAdd(version, change.Key);
            }
        }
    }

    private static bool IsOf(KeyspaceKey key, KeyChange change) =>
        key.UserKey.Span.SequenceEqual(change.UserKey.Span) && key.Namespace.Span.SequenceEqual(change.Namespace.Span);

    private static byte[] StartOf(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> metadata) =>
        [(byte)ns.Length, .. ns.Span, .. metadata.Span];

    /// <summary>
    /// Compares the elements if there are equally many, so that the cost is no larger than that of writing the key was. A key of which the
    /// server of the log counts elements and has none does not exist on another server. In a sorted set to which its version has come back,
    /// scores of an earlier time hide members, although the batch wrote all of them.
    /// </summary>
    private static bool HasSameElements(
        KeyspaceKey key, int otherCount, Func<IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>>> findOthers)
    {
        if (key.ElementCount != otherCount
            || key.Live?.HasOtherScores == true
            || (!key.Type.MayBeEmpty && key.Type.CountsElements && key.CountElements() == 0))
        {
            return false;
        }

        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in findOthers())
        {
            if (!key.TryGetElement(subkey.Span, out ReadOnlyMemory<byte> element) || !element.Span.SequenceEqual(value.Span))
            {
                return false;
            }
        }

        return true;
    }

    private static int CountBefore(KeyChange change)
    {
        int count = change.LastGroup?.Values.Count ?? 0;
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            count += (subkey.Before is null ? 0 : 1) - (subkey.After is null ? 0 : 1);
        }

        return count;
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

    private static ulong VersionOf(ReadOnlyMemory<byte>? metadataValue) => KvrocksMetadata.ReadOrDefault(metadataValue).Version.Value;
}
