using WalParser.Batches;

namespace WalParser.Transactions;

/// <summary>An operation that took effect. Its spans are valid until the next one.</summary>
public readonly ref struct CommittedOperation
{
    internal CommittedOperation(WriteBatchOperation operation, Transaction? transaction)
    {
        Operation = operation;
        Transaction = transaction;
    }

    /// <summary>The operation, with the sequence number that it has in the database, and the commit's timestamp where that counts.</summary>
    public WriteBatchOperation Operation { get; }

    /// <summary>The transaction that brought it, which is committed here; null for one that stands in the batch by itself.</summary>
    public Transaction? Transaction { get; }
}
