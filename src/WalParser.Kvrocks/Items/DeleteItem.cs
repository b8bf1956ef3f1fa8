using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>A stored key is deleted.</summary>
public sealed class DeleteItem : KvrocksItem
{
    internal DeleteItem(in WriteBatchOperation operation, in KvrocksItemPlace place)
        : base(operation, place)
    {
        IsSingle = operation.Type == OperationType.SingleDelete;
    }

    /// <summary>Whether it is RocksDB's SingleDelete, at which Kvrocks's own iterator ends.</summary>
    public bool IsSingle { get; }

    /// <inheritdoc/>
    public override void Accept(IKvrocksItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
