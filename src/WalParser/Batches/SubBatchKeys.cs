using WalParser.Coding;

namespace WalParser.Batches;

/// <summary>
/// The keys of a sub-batch, compared by their bytes: a key that it contains already begins the next sub-batch (RocksDB,
/// <c>db/memtable.cc</c> and <c>utilities/transactions/write_prepared_txn_db.h</c>).
/// </summary>
internal sealed class SubBatchKeys : IEqualityComparer<(uint ColumnFamily, byte[] Key)>
{
    private const int SmallCapacity = 64;

    private HashSet<(uint ColumnFamily, byte[] Key)> _keys;

    public SubBatchKeys() => _keys = new(this);

    /// <summary>The number of keys for which there is room.</summary>
    public int Capacity => _keys.Capacity;

    /// <summary>Adds a key; returns false if the sub-batch contains it already.</summary>
    public bool TryAdd(uint columnFamily, ReadOnlySpan<byte> key) => _keys.Add((columnFamily, key.ToArray()));

    /// <summary>
    /// Removes all keys. The cost of <see cref="HashSet{T}.Clear"/> is in proportion to the capacity, which a large sub-batch would leave
    /// to all small ones after it.
    /// </summary>
    public void Clear()
    {
        if (_keys.Capacity > Math.Max(SmallCapacity, 4 * _keys.Count))
        {
            _keys = new(this);
        }
        else
        {
            _keys.Clear();
        }
    }

    bool IEqualityComparer<(uint ColumnFamily, byte[] Key)>.Equals((uint ColumnFamily, byte[] Key) x, (uint ColumnFamily, byte[] Key) y) =>
        x.ColumnFamily == y.ColumnFamily && ByteStringComparer.Instance.Equals(x.Key, y.Key);

    int IEqualityComparer<(uint ColumnFamily, byte[] Key)>.GetHashCode((uint ColumnFamily, byte[] Key) obj) =>
        HashCode.Combine(obj.ColumnFamily, ByteStringComparer.Instance.GetHashCode(obj.Key));
}
