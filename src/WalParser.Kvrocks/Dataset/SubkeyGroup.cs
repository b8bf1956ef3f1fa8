using System.Diagnostics.CodeAnalysis;
using WalParser.Coding;

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

    private byte[]? _prefix;

    public ulong Version { get; } = version;

    /// <summary>Whether the column family is <c>stream</c>, not <c>default</c>.</summary>
    public bool IsStream { get; } = isStream;

    /// <summary>The number of elements that count as orphans.</summary>
    public int OrphanCount { get; set; }

    /// <summary>The size of the elements and their values, in bytes, with what each costs beside its bytes.</summary>
    public long Size { get; private set; }

    public Dictionary<byte[], byte[]> Values => _values;

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
            Size += SizeOf(key.Length, stored.Length);
        }

        if (isTracked)
        {
            Track(key, before);
        }
    }

    public void Remove(ReadOnlySpan<byte> subkey, bool isTracked)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> values = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (values.Remove(subkey, out byte[]? key, out byte[]? before))
        {
            _order?.Remove(key);
            Size -= SizeOf(key.Length, before.Length);
        }

        if (isTracked)
        {
            Track(key ?? subkey.ToArray(), before);
        }
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
            _order ??= new SortedSet<byte[]>(_values.Keys, ByteStringComparer.Instance);
            byte[]? last = to ?? _order.Max;
            removed = last is null || from.AsSpan().SequenceCompareTo(last) > 0
                ? []
                : [.. _order.GetViewBetween(from, last).Where(subkey => to is null || !subkey.AsSpan().SequenceEqual(to))];
        }

        foreach (byte[] subkey in removed)
        {
            Remove(subkey, isTracked);
        }

        return removed.Length > 0;
    }

    /// <summary>Returns the elements that the batch changed; for a version that began with the batch, all elements.</summary>
    public List<SubkeyChange> ChangesOf(bool isNewVersion)
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

        if (isNewVersion)
        {
            foreach ((byte[] subkey, byte[] value) in _values)
            {
                if (_before is null || !_before.ContainsKey(subkey))
                {
                    changes.Add(new SubkeyChange(version, subkey, MemoryOf(null), value));
                }
            }
        }

        return changes;
    }

    public void EndBatch() => _before = null;

    /// <summary>Returns the memory of an array; null for null, which the implicit conversion would convert to empty memory.</summary>
    public static ReadOnlyMemory<byte>? MemoryOf(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private void Track(byte[] subkey, byte[]? before)
    {
        _before ??= new OrderedDictionary<byte[], byte[]?>(ByteStringComparer.Instance);
        _before.TryAdd(subkey, before);
    }
}
