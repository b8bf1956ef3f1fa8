namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A batch from <c>rocksdb_wal_iter_get_batch</c>.</summary>
/// <param name="Sequence">The sequence number that the iterator returns with it.</param>
/// <param name="Count">The result of <c>rocksdb_writebatch_count</c>.</param>
/// <param name="Bytes">The bytes of the batch, from <c>rocksdb_writebatch_data</c>.</param>
internal sealed record Update(ulong Sequence, int Count, byte[] Bytes);
