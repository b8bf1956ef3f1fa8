using System.Diagnostics.CodeAnalysis;
using WalParser.Coding;

namespace WalParser.Kvrocks.Dataset;

/// <summary>The elements of one version of a key in one column family, and the changes that the current batch made to them.</summary>
internal sealed class SubkeyGroup(ulong version, bool isStream)
{
    private readonly Dictionary<byte[], byte[]> _values = new(ByteStringComparer.Instance);

    /// <summary>The values of touched elements before the batch, in the order in which they were touched.</summary>
    private OrderedDictionary<byte[], byte[]?>? _before;

    public ulong Version { get; } = version;

    /// <summary>Whether the column family is <c>stream</c>, not <c>default</c>.</summary>
    public bool IsStream { get; } = isStream;

    /// <summary>The number of elements that count as orphans.</summary>
    public int OrphanCount { get; set; }

    public Dictionary<byte[], byte[]> Values => _values;

    public bool TryGet(ReadOnlySpan<byte> subkey, [NotNullWhen(true)] out byte[]? value) =>
        _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(subkey, out value);

    public void Put(ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value, bool isTracked)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> values = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        byte[] stored = value.ToArray();
        if (values.TryGetValue(subkey, out byte[]? key, out byte[]? before))
        {
            _values[key] = stored;
        }
        else
        {
            key = subkey.ToArray();
            _values.Add(key, stored);
        }

        if (isTracked)
        {
            Track(key, before);
        }
    }

    public void Remove(ReadOnlySpan<byte> subkey, bool isTracked)
    {
        Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> values = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        _ = values.Remove(subkey, out byte[]? key, out byte[]? before);
        if (isTracked)
        {
            Track(key ?? subkey.ToArray(), before);
        }
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
