using WalParser.Batches;

namespace WalParser.Transactions;

/// <summary>An operation that took effect. Its spans are valid until the next operation.</summary>
public readonly ref struct CommittedOperation
{
    internal CommittedOperation(WriteBatchOperation operation, Transaction? transaction)
    {
        Operation = operation;
        Transaction = transaction;
    }

    /// <summary>
    /// The operation, with the sequence number that it has in the database and, if it applies, the timestamp of the commit.
    /// </summary>
    public WriteBatchOperation Operation { get; }

    /// <summary>
    /// The transaction that contains the operation, which is committed here; null for an operation outside a transaction.
    /// </summary>
    public Transaction? Transaction { get; }
}
