using WalParser.Findings;

namespace WalParser.Transactions;

/// <summary>Something that is wrong with the marks of a transaction. Reading continues.</summary>
public sealed record TransactionFinding : Finding
{
    /// <summary>The transaction; of two transactions with one name, the one that was prepared first. Null if there is none.</summary>
    public Transaction? Transaction { get; init; }
}
