namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The class of RocksDB that opens a folder.</summary>
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
