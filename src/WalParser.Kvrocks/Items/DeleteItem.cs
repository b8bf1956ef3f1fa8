using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>The deletion of a stored key.</summary>
public sealed class DeleteItem : WalItem
{
    internal DeleteItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <summary>Whether the operation is RocksDB's SingleDelete, at which Kvrocks's own iterator ends.</summary>
    public bool IsSingle => Operation == OperationType.SingleDelete;

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
