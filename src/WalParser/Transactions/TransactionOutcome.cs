namespace WalParser.Transactions;

/// <summary>What became of a transaction, as far as the logs say.</summary>
public enum TransactionOutcome
{
    /// <summary>It was prepared, and neither committed nor rolled back: whoever recovers the database finds it and decides.</summary>
    LeftPrepared,

    /// <summary>Parts of it were written, and it was not even prepared. RocksDB rolls it back when it recovers the database.</summary>
    LeftUnprepared,

    /// <summary>It was committed.</summary>
    Committed,

    /// <summary>It was rolled back.</summary>
    RolledBack,

    /// <summary>
    /// Another transaction of the same name was prepared while this one still was. RocksDB does not allow that, so that its end is lost:
    /// in damage, or in a log that is not there.
    /// </summary>
    Lost,
}
