namespace WalParser.Transactions;

/// <summary>The outcome of a transaction, as far as the logs show it.</summary>
public enum TransactionOutcome
{
    /// <summary>
    /// The transaction was prepared, and neither committed nor rolled back: the application that recovers the database must decide.
    /// </summary>
    LeftPrepared,

    /// <summary>
    /// Parts of the transaction were written, but it was not prepared. RocksDB rolls it back when it recovers the database.
    /// </summary>
    LeftUnprepared,

    /// <summary>The transaction was committed.</summary>
    Committed,

    /// <summary>The transaction was rolled back.</summary>
    RolledBack,

    /// <summary>
    /// Another transaction with the same name was prepared while this one was still prepared. RocksDB does not allow that, so the end of
    /// this transaction is lost: in damage, or in a missing log.
    /// </summary>
    Lost,
}
