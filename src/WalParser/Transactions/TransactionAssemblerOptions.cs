namespace WalParser.Transactions;

/// <summary>How transactions are put together.</summary>
public sealed record TransactionAssemblerOptions
{
    /// <summary>The default of <see cref="MaxPreparedBytes"/>: 1 GiB.</summary>
    public const long DefaultMaxPreparedBytes = 1L << 30;

    /// <summary>
    /// How many bytes all transactions may take that are prepared at one time, the cost of keeping each included. What does not fit is
    /// not kept, which a <see cref="TransactionFinding"/> tells; its operations cannot be shown when it is committed.
    /// </summary>
    public long MaxPreparedBytes { get; init; } = DefaultMaxPreparedBytes;
}
