using System.Diagnostics.CodeAnalysis;
using WalParser.Coding;

namespace WalParser.Kvrocks.Dataset;

/// <summary>The elements of one life of a key, in one column family, and what the batch at hand changed of them.</summary>
internal sealed class SubkeyGroup(ulong version, bool isStream)
{
    private readonly Dictionary<byte[], byte[]> _values = new(ByteStringComparer.Instance);

    /// <summary>What touched elements were before the batch, in the order in which they were touched.</summary>
    private OrderedDictionary<byte[], byte[]?>? _before;

    public ulong Version { get; } = version;

    /// <summary>Whether this is of the column family <c>stream</c>, not of <c>default</c>.</summary>
    public bool IsStream { get; } = isStream;

    /// <summary>How many of its elements count as orphans.</summary>
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

    /// <summary>What the batch changed; of a life that began with it, everything there is.</summary>
    public List<SubkeyChange> ChangesOf(bool isNewLife)
    {
        List<SubkeyChange> changes = [];
        var version = new Keys.KvrocksVersion(Version);
        if (_before is not null)
        {
            foreach ((byte[] subkey, byte[]? before) in _before)
            {
                byte[]? after = _values.GetValueOrDefault(subkey);
                byte[]? known = isNewLife ? null : before;
                bool isSame = known is not null && after is not null && known.AsSpan().SequenceEqual(after);
                if (!isSame && !(isNewLife && after is null))
                {
                    changes.Add(new SubkeyChange(version, subkey, MemoryOf(known), MemoryOf(after)));
                }
            }
        }

        if (isNewLife)
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

    /// <summary>The memory of an array; null stays null, where the language's own conversion would make it empty memory.</summary>
    public static ReadOnlyMemory<byte>? MemoryOf(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private void Track(byte[] subkey, byte[]? before)
    {
        _before ??= new OrderedDictionary<byte[], byte[]?>(ByteStringComparer.Instance);
        _before.TryAdd(subkey, before);
    }
}
