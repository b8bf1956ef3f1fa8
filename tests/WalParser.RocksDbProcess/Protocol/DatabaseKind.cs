namespace WalParser.RocksDbProcess.Protocol;

/// <summary>With which of RocksDB's database classes a folder is opened.</summary>
internal enum DatabaseKind
{
    /// <summary><c>DB</c>.</summary>
    Plain,

    /// <summary><c>OptimisticTransactionDB</c>.</summary>
    Optimistic,

    /// <summary><c>TransactionDB</c> with the write policy <c>WRITE_COMMITTED</c>.</summary>
    WriteCommitted,

    /// <summary><c>TransactionDB</c> with the write policy <c>WRITE_PREPARED</c>.</summary>
    WritePrepared,

    /// <summary><c>TransactionDB</c> with the write policy <c>WRITE_UNPREPARED</c>.</summary>
    WriteUnprepared,
}
