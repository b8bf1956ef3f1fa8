using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>A stored key is deleted.</summary>
public sealed class DeleteItem : WalItem
{
    internal DeleteItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <summary>Whether it is RocksDB's SingleDelete, at which Kvrocks's own iterator ends.</summary>
    public bool IsSingle => Operation == OperationType.SingleDelete;

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
