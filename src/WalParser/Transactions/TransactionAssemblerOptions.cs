namespace WalParser.Transactions;

/// <summary>The options of a <see cref="TransactionAssembler"/>.</summary>
public sealed record TransactionAssemblerOptions
{
    /// <summary>The default of <see cref="MaxPreparedBytes"/>: 1 GiB.</summary>
    public const long DefaultMaxPreparedBytes = 1L << 30;

    /// <summary>
    /// The maximum number of bytes that all transactions that are prepared at the same time may take, including the overhead of storing
    /// each. A transaction that does not fit is not stored, which is reported as a <see cref="TransactionFinding"/>; its operations are not
    /// available when it is committed.
    /// </summary>
    public long MaxPreparedBytes { get; init; } = DefaultMaxPreparedBytes;

    /// <summary>
    /// Whether the operations of prepared transactions are stored, so that they are returned at the commit; the default. If false, only the
    /// transactions are known: their marks, names and counts.
    /// </summary>
    public bool KeepsOperations { get; init; } = true;
}
