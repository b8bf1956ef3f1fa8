namespace WalParser.Transactions;

/// <summary>
/// The time at which the operations of a transaction reach the database (RocksDB's <c>TxnDBWritePolicy</c>), derived from the tags of its
/// sections.
/// </summary>
public enum TransactionPolicy
{
    /// <summary>At the commit, which assigns their sequence numbers.</summary>
    WriteCommitted,

    /// <summary>
    /// At the prepare; the commit makes them visible. A write-unprepared transaction that was written in one section looks the same until
    /// another transaction shows the policy of the database.
    /// </summary>
    WritePrepared,

    /// <summary>Before the prepare, in several sections; the commit makes them visible.</summary>
    WriteUnprepared,
}
