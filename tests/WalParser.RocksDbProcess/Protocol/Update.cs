namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A batch as <c>rocksdb_wal_iter_get_batch</c> gives it.</summary>
/// <param name="Sequence">The sequence number that the iterator gives with it.</param>
/// <param name="Count">What <c>rocksdb_writebatch_count</c> says.</param>
/// <param name="Bytes">The batch, from <c>rocksdb_writebatch_data</c>.</param>
internal sealed record Update(ulong Sequence, int Count, byte[] Bytes);
