using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The range deletions of a batch that empty namespaces. For FLUSHDB, Kvrocks deletes all keys that begin with the namespace; for FLUSHALL,
/// the range from the first existing key to the last. Other ranges, those of slots of a cluster, are converted to a DEL of each key.
/// </summary>
internal sealed class Flushes
{
    private readonly List<byte[]> _namespaces = [];

    private Flushes()
    {
    }

    /// <summary>The namespaces that were emptied.</summary>
    public IReadOnlyList<byte[]> Namespaces => _namespaces;

    /// <summary>Whether these are all namespaces, and were deleted together.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Whether the bounds of the range are the only sign of that.</summary>
    public bool IsGuessed { get; private set; }

    /// <summary>Returns the namespaces that a batch emptied; null if there are none.</summary>
    /// <param name="changes">The changes of the batch.</param>
    /// <param name="keyspace">The keys after the batch.</param>
    /// <param name="known">The namespaces that are known.</param>
    /// <param name="isLogWhole">Whether all keys before the batch are known.</param>
    public static Flushes? Find(BatchChanges changes, Keyspace keyspace, IReadOnlyCollection<byte[]> known, bool isLogWhole)
    {
        Flushes? flushes = null;
        foreach (RangeDeletion range in changes.RangeDeletions.Where(range => range.Family == KvrocksColumnFamily.Metadata))
        {
            flushes ??= new Flushes();
            flushes.Add(range, changes, keyspace, known, isLogWhole);
        }

        return flushes is { Namespaces.Count: > 0 } ? flushes : null;
    }

    public bool Contains(ReadOnlyMemory<byte> ns) => _namespaces.Exists(other => other.AsSpan().SequenceEqual(ns.Span));

    private void Add(RangeDeletion range, BatchChanges changes, Keyspace keyspace, IReadOnlyCollection<byte[]> known, bool isLogWhole)
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

    /// <summary>Returns whether the range contained all keys of a namespace, other than those that the batch has created.</summary>
    private static bool IsEmptied(byte[] ns, RangeDeletion range, BatchChanges changes, Keyspace keyspace)
    {
        IEnumerable<KeyChange> creations = changes.Keys.Where(change => change.MetadataBefore is null && change.Key is not null);
        HashSet<KeyspaceKey> created = [.. creations.Select(change => change.Key!)];
        return keyspace.Keys.All(key =>
            !key.Namespace.Span.SequenceEqual(ns)
            || created.Contains(key)
            || (key.StoredKey.Span.SequenceCompareTo(range.Begin.Span) >= 0
                && key.StoredKey.Span.SequenceCompareTo(range.End.Span) < 0));
    }

    private static byte[]? NamespaceAt(ReadOnlySpan<byte> storedKey) =>
        storedKey.Length > 0 && storedKey.Length > storedKey[0] ? storedKey.Slice(1, storedKey[0]).ToArray() : null;
}
