namespace WalParser.Transactions;

/// <summary>When a transaction's operations reach the database (RocksDB's <c>TxnDBWritePolicy</c>), as the tags of its sections show it.</summary>
public enum TransactionPolicy
{
    /// <summary>At the commit, where they take their sequence numbers.</summary>
    WriteCommitted,

    /// <summary>
    /// When it is prepared; the commit makes them visible. A write-unprepared transaction that was written in one section looks the same,
    /// as long as no other has shown the database's policy.
    /// </summary>
    WritePrepared,

    /// <summary>Even before it is prepared, in several sections; the commit makes them visible.</summary>
    WriteUnprepared,
}
