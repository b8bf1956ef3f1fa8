using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Which of a batch's range deletions empty namespaces. Of FLUSHDB, Kvrocks deletes all that begins with the namespace; of FLUSHALL, from the
/// first key that there is to the last. Other ranges, of a cluster's slots, are told as the DEL of each key.
/// </summary>
internal sealed class Flushes
{
    private readonly List<byte[]> _namespaces = [];

    private Flushes()
    {
    }

    /// <summary>The namespaces that were emptied.</summary>
    public IReadOnlyList<byte[]> Namespaces => _namespaces;

    /// <summary>Whether that is all there is, and was deleted as such.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Whether it is only by the range's bounds that it looks so.</summary>
    public bool IsGuessed { get; private set; }

    /// <summary>Finds them; null if there are none.</summary>
    /// <param name="changes">What the batch did.</param>
    /// <param name="keyspace">The keys after it.</param>
    /// <param name="known">The namespaces that have been seen.</param>
    /// <param name="isLogWhole">Whether all keys are known that there were.</param>
    public static Flushes? Find(BatchChanges changes, Keyspace keyspace, IReadOnlyCollection<byte[]> known, bool isLogWhole)
    {
        Flushes? flushes = null;
        foreach (RangeDeletion range in changes.RangeDeletions.Where(range => range.Family == KvrocksColumnFamily.Metadata))
        {
            flushes ??= new Flushes();
            flushes.Take(range, changes, keyspace, known, isLogWhole);
        }

        return flushes is { Namespaces.Count: > 0 } ? flushes : null;
    }

    public bool Contains(ReadOnlyMemory<byte> ns) => _namespaces.Exists(other => other.AsSpan().SequenceEqual(ns.Span));

    private void Take(RangeDeletion range, BatchChanges changes, Keyspace keyspace, IReadOnlyCollection<byte[]> known, bool isLogWhole)
    {
        byte[]? first = NamespaceAt(range.Begin.Span);
        List<byte[]> candidates = [.. known];
        if (first is not null && !candidates.Exists(ns => ns.AsSpan().SequenceEqual(first)))
        {
            candidates.Add(first);
        }

        int found = 0;
        bool isByName = false;
        foreach (byte[] ns in candidates)
        {
            byte[] prefix = [(byte)ns.Length, .. ns];
            ReadOnlySpan<byte> end = KeyPrefix.EndOf(prefix) is { Length: > 0 } next ? next : prefix;
            bool isWithin = range.Begin.Span.SequenceCompareTo(prefix) <= 0 && end.SequenceCompareTo(range.End.Span) <= 0;
            isByName |= isWithin;
            bool isTouched = range.Begin.Span.SequenceCompareTo(end) < 0 && range.End.Span.SequenceCompareTo(prefix) > 0;
            bool isGuessable = isTouched && (isLogWhole || keyspace.SlotEncoding != SlotEncoding.On);
            if (isWithin || (isGuessable && IsEmptied(ns, range, changes, keyspace)))
            {
                found++;
                IsGuessed |= !isWithin && !isLogWhole;
                if (!Contains(ns))
                {
                    _namespaces.Add(ns);
                }
            }
        }

        IsAll |= found == candidates.Count && found > 0 && !isByName;
    }

    /// <summary>Whether all keys that the namespace had lay in the range; those that it has now, the batch made.</summary>
    private static bool IsEmptied(byte[] ns, RangeDeletion range, BatchChanges changes, Keyspace keyspace)
    {
        HashSet<KeyspaceKey> made = [.. changes.Keys.Where(change => change.MetadataBefore is null && change.Key is not null).Select(change => change.Key!)];
        return keyspace.Keys.All(key =>
            !key.Namespace.Span.SequenceEqual(ns)
            || made.Contains(key)
            || (key.StoredKey.Span.SequenceCompareTo(range.Begin.Span) >= 0 && key.StoredKey.Span.SequenceCompareTo(range.End.Span) < 0));
    }

    private static byte[]? NamespaceAt(ReadOnlySpan<byte> storedKey) =>
        storedKey.Length > 0 && storedKey.Length > storedKey[0] ? storedKey.Slice(1, storedKey[0]).ToArray() : null;
}
