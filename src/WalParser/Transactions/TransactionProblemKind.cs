namespace WalParser.Transactions;

/// <summary>What is wrong with the marks of transactions. No RocksDB writes any of it; only damage, or a missing log, makes it.</summary>
public enum TransactionProblemKind
{
    /// <summary>A transaction was prepared under the name of one that already was; see <see cref="TransactionOutcome.Lost"/>.</summary>
    PreparedTwice,

    /// <summary>A section begins inside another, or a mark stands inside a section. The section is left out.</summary>
    SectionInterrupted,

    /// <summary>A section ends that did not begin.</summary>
    SectionNotBegun,

    /// <summary>A section does not end in its batch. It is left out.</summary>
    SectionNotEnded,

    /// <summary>A section does not fit <see cref="TransactionAssemblerOptions.MaxPreparedBytes"/>. Its operations are left out.</summary>
    TooLarge,

    /// <summary>A batch ends more transactions, or has more problems, than are listed; some are left out of the lists.</summary>
    TooMany,

    /// <summary>
    /// A commit timestamp is not as long as those of a column family in the transaction, whose keys stay as they were prepared. RocksDB
    /// refuses to recover such a log.
    /// </summary>
    TimestampSize,
}
