using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The range deletions of a batch that empty namespaces. For FLUSHDB, Kvrocks deletes all keys that begin with the namespace; for FLUSHALL,
/// the range from the first existing key to the last. Other ranges, those of slots of a cluster, are converted to a DEL of each key.
/// </summary>
internal sealed class Flushes
{
    private readonly Keyspace _keyspace;
    private readonly KnownNamespaces _known;
    private readonly bool _isLogWhole;
    private readonly HashSet<byte[]> _created;

    /// <summary>
    /// The first and the last key of a namespace that exist after the batch and that it did not create; null if there are none.
    /// </summary>
    private readonly Dictionary<byte[], (byte[]? First, byte[]? Last)> _kept = new(ByteStringComparer.Instance);

    private readonly List<byte[]> _namespaces = [];
    private readonly HashSet<byte[]> _names = new(ByteStringComparer.Instance);

    private Flushes(BatchChanges changes, Keyspace keyspace, KnownNamespaces known, bool isLogWhole)
    {
        _keyspace = keyspace;
        _known = known;
        _isLogWhole = isLogWhole;
        IEnumerable<KeyChange> creations = changes.Keys.Where(change => change.MetadataBefore is null && change.Key is not null);
        _created = new(creations.Select(change => change.Key!.StoredKeyArray), ByteStringComparer.Instance);
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
    /// <param name="known">
    /// The namespaces that are known. Those that were emptied are removed from it: the next range that contains them deletes nothing there.
    /// </param>
    /// <param name="isLogWhole">Whether all keys before the batch are known.</param>
    public static Flushes? Find(BatchChanges changes, Keyspace keyspace, KnownNamespaces known, bool isLogWhole)
    {
        Flushes? flushes = null;
        foreach (RangeDeletion range in changes.RangeDeletions.Where(range => range.Family == KvrocksColumnFamily.Metadata))
        {
            flushes ??= new Flushes(changes, keyspace, known, isLogWhole);
            flushes.Add(range.Begin.ToArray(), range.End.ToArray());
        }

        return flushes is { Namespaces.Count: > 0 } ? flushes : null;
    }

    public bool Contains(ReadOnlyMemory<byte> ns) => _names.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(ns.Span);

    private void Add(byte[] begin, byte[] end)
    {
        if (begin.AsSpan().SequenceCompareTo(end) >= 0)
        {
            return;
        }

        // Between two namespaces that a range touches, it contains the others as a whole.
        bool isFirst = _namespaces.Count == 0;
        List<byte[]> touched = _known.Within(begin, end);
        int candidates = _known.Count;
        if (NamespaceAt(begin) is { } first && KnownNamespaces.PrefixOf(first) is var prefix && !_known.Contains(prefix))
        {
            candidates++;
            touched.Add(prefix);
        }

        int found = 0;
        bool isByName = false;
        foreach (byte[] ns in touched)
        {
            byte[] endOfKeys = KnownNamespaces.EndOf(ns);
            bool isWithin = begin.AsSpan().SequenceCompareTo(ns) <= 0 && endOfKeys.AsSpan().SequenceCompareTo(end) <= 0;
            isByName |= isWithin;
            bool isGuessable = _isLogWhole || _keyspace.SlotEncoding != SlotEncoding.On;
            if (isWithin || (isGuessable && IsEmptied(ns, begin, end)))
            {
                found++;
                IsGuessed |= !isWithin && !_isLogWhole;
                _known.Remove(ns);
                if (_names.Add(ns[1..]))
                {
                    _namespaces.Add(ns[1..]);
                }
            }
        }

        IsAll |= isFirst && found == candidates && found > 0 && !isByName;
    }

    /// <summary>Returns whether a range contained all keys of a namespace, other than those that the batch has created.</summary>
    private bool IsEmptied(byte[] prefix, byte[] begin, byte[] end)
    {
        if (!_kept.TryGetValue(prefix, out (byte[]? First, byte[]? Last) kept))
        {
            kept = _keyspace.FindOutermost(prefix, _created);
            _kept.Add(prefix, kept);
        }

        return kept.First is null
            || (kept.First.AsSpan().SequenceCompareTo(begin) >= 0 && kept.Last.AsSpan().SequenceCompareTo(end) < 0);
    }

    private static byte[]? NamespaceAt(byte[] storedKey) =>
        storedKey.Length > 0 && storedKey.Length > storedKey[0] ? storedKey[1..(1 + storedKey[0])] : null;
}
