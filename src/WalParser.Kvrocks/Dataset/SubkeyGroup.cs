using System.Diagnostics.CodeAnalysis;
using WalParser.Coding;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>The elements of one version of a key in one column family, and the changes that the current batch made to them.</summary>
internal sealed class SubkeyGroup(ulong version, bool isStream)
{
    private const int ElementOverhead = 16;

    private readonly Dictionary<byte[], byte[]> _values = new(ByteStringComparer.Instance);

    /// <summary>The values of touched elements before the batch, in the order in which they were touched.</summary>
    private OrderedDictionary<byte[], byte[]?>? _before;

    /// <summary>The elements in the order of RocksDB; created by the first range deletion within the group.</summary>
    private SortedSet<byte[]>? _order;

    /// <summary>The entries, if the column family is <c>stream</c>.</summary>
    private readonly StoredEntries? _entries = isStream ? new StoredEntries() : null;

    /// <summary>The entries before the batch, if it changed any element.</summary>
    private (StreamEntryId Last, ulong Count)? _entriesBefore;

    private ScoreIndex? _scores;
    private bool _hasOtherScores;
    private byte[]? _prefix;

    public ulong Version { get; } = version;

    /// <summary>Whether the column family is <c>stream</c>, not <c>default</c>.</summary>
    public bool IsStream { get; } = isStream;

    /// <summary>The number of elements that count as orphans.</summary>
    public int OrphanCount { get; set; }

    /// <summary>Whether the key is known to have had the version, or a newer one, and has it no longer.</summary>
    public bool IsObsolete { get; set; }

    /// <summary>The size of the elements and their values, in bytes, with what each costs beside its bytes.</summary>
    public long Size { get; private set; }

    public Dictionary<byte[], byte[]> Values => _values;

    /// <summary>The greatest id and the number of the stored entries of a stream.</summary>
    public (StreamEntryId Last, ulong Count) Entries => _entries is null ? default : (_entries.Last(() => Order), _entries.Count);

    /// <summary><see cref="Entries"/> before the last batch.</summary>
    public (StreamEntryId Last, ulong Count) EntriesBefore => _entriesBefore ?? Entries;

    /// <summary>
    /// How the scores that are stored in <c>zset_score</c> differ from those of the members; null if no such score was stored or deleted.
    /// </summary>
    public ScoreIndex? Scores => _scores;

    /// <summary>Whether <see cref="Scores"/> has differences after the last batch, or had some before it.</summary>
    public bool HasOtherScores { get; private set; }

    private SortedSet<byte[]> Order => _order ??= new SortedSet<byte[]>(_values.Keys, ByteStringComparer.Instance);

    /// <summary>Returns the size of an element, in the measure of <see cref="Size"/>.</summary>
    public static long SizeOf(int subkey, int value) => ElementOverhead + subkey + value;

    /// <summary>Returns the bytes with which the stored keys of all elements begin.</summary>
    public byte[] PrefixFor(KeyspaceKey key) =>
        _prefix ??= Keys.SubkeyKey.ComposePrefix(key.StoredKey.Span, key.UserKey.Length, Version);

    public bool TryGet(ReadOnlySpan<byte> subkey, [NotNullWhen(true)] out byte[]? value) =>
        _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(subkey, out value);

    public void Put(ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value, bool isTracked)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> values = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        byte[] stored = value.ToArray();
        NoteBefore(isTracked);
        if (values.TryGetValue(subkey, out byte[]? key, out byte[]? before))
        {
            _values[key] = stored;
            Size += stored.Length - before.Length;
        }
        else
        {
            key = subkey.ToArray();
            _values.Add(key, stored);
            _order?.Add(key);
            _entries?.Add(key);
            Size += SizeOf(key.Length, stored.Length);
        }

        _scores?.Note(key, before, stored);
        if (isTracked)
        {
            Track(key, before);
        }
    }

    public void Remove(ReadOnlySpan<byte> subkey, bool isTracked)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> values = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        NoteBefore(isTracked);
        if (values.Remove(subkey, out byte[]? key, out byte[]? before))
        {
            _order?.Remove(key);
            _entries?.Remove(key);
            Size -= SizeOf(key.Length, before.Length);
            _scores?.Note(key, before, after: null);
        }

        if (isTracked)
        {
            Track(key ?? subkey.ToArray(), before);
        }
    }

    /// <summary>Notes that a score was stored in <c>zset_score</c> or deleted there.</summary>
    /// <param name="entry">The stored score, and the member.</param>
    /// <param name="isStored">Whether it is there now.</param>
    public void NoteScore(ReadOnlySpan<byte> entry, bool isStored)
    {
        _scores ??= new ScoreIndex();
        _scores.Note(entry, isStored, _values);
    }

    /// <summary>
    /// Removes the elements from <paramref name="from"/> up to, not including, <paramref name="to"/>; null for all after.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    public bool RemoveRange(byte[] from, byte[]? to, bool isTracked)
    {
        byte[][] removed;
        if (from.Length == 0 && to is null)
        {
            removed = [.. _values.Keys];
        }
        else
        {
            byte[]? last = to ?? Order.Max;
            removed = last is null || from.AsSpan().SequenceCompareTo(last) > 0
                ? []
                : [.. Order.GetViewBetween(from, last).Where(subkey => to is null || !subkey.AsSpan().SequenceEqual(to))];
        }

        foreach (byte[] subkey in removed)
        {
            Remove(subkey, isTracked);
        }

        return removed.Length > 0;
    }

    /// <summary>
    /// Returns the changes that the batch wrote. For a version that begins with the batch, or comes back with it, these are the elements
    /// that it wrote.
    /// </summary>
    public List<SubkeyChange> WrittenChanges(bool isNewVersion)
    {
        List<SubkeyChange> changes = [];
        var version = new Keys.KvrocksVersion(Version);
        if (_before is not null)
        {
            foreach ((byte[] subkey, byte[]? before) in _before)
            {
                byte[]? after = _values.GetValueOrDefault(subkey);
                byte[]? known = isNewVersion ? null : before;
                bool isSame = known is not null && after is not null && known.AsSpan().SequenceEqual(after);
                if (!isSame && !(isNewVersion && after is null))
                {
                    changes.Add(new SubkeyChange(version, subkey, MemoryOf(known), MemoryOf(after)));
                }
            }
        }

        return changes;
    }

    /// <summary>
    /// Returns all elements of a version that came back, as changes: those that the batch wrote, and then those that lay there.
    /// </summary>
    /// <param name="written">The elements that the batch wrote.</param>
    public List<SubkeyChange> ReturnedChanges(List<SubkeyChange> written)
    {
        var version = new Keys.KvrocksVersion(Version);
        HashSet<byte[]> known = new(ByteStringComparer.Instance);
        HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> lookup = known.GetAlternateLookup<ReadOnlySpan<byte>>();
        written.ForEach(change => lookup.Add(change.Subkey.Span));
        return
        [
            .. written,
            .. _values.Where(element => !known.Contains(element.Key))
                .Select(element => new SubkeyChange(version, element.Key, MemoryOf(null), element.Value)),
        ];
    }

    public void EndBatch()
    {
        _entriesBefore = _before is null ? null : _entriesBefore;
        _before = null;
        bool hadOtherScores = _hasOtherScores;
        _hasOtherScores = _scores?.Trim() == true;
        HasOtherScores = hadOtherScores || _hasOtherScores;
    }

    /// <summary>Returns the memory of an array; null for null, which the implicit conversion would convert to empty memory.</summary>
    public static ReadOnlyMemory<byte>? MemoryOf(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    /// <summary>Notes the entries before the first change of a batch.</summary>
    private void NoteBefore(bool isTracked)
    {
        if (_entries is not null && isTracked && _before is null)
        {
            _entriesBefore = Entries;
        }
    }

    private void Track(byte[] subkey, byte[]? before)
    {
        _before ??= new OrderedDictionary<byte[], byte[]?>(ByteStringComparer.Instance);
        _before.TryAdd(subkey, before);
    }
}
