namespace WalParser.Batches;

/// <summary>
/// The keys of a sub-batch: a key that is already there starts the next one (RocksDB, <c>db/memtable.cc</c> and
/// <c>utilities/transactions/write_prepared_txn_db.h</c>). Keys are compared by their bytes.
/// </summary>
internal sealed class SubBatchKeys
{
    private readonly HashSet<(uint ColumnFamily, Key Key)> _keys = [];

    /// <summary>Adds a key; false if it was there already.</summary>
    public bool TryAdd(uint columnFamily, ReadOnlySpan<byte> key) => _keys.Add((columnFamily, new Key(key.ToArray())));

    public void Clear() => _keys.Clear();

    private readonly struct Key(byte[] bytes) : IEquatable<Key>
    {
        private readonly byte[] _bytes = bytes;

        public bool Equals(Key other) => _bytes.AsSpan().SequenceEqual(other._bytes);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(_bytes);
            return hash.ToHashCode();
        }
    }
}
