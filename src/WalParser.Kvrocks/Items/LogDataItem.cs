using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// Log data, which belongs to the items after it; <see cref="LogRecords.KvrocksLogData.Read"/> reads its <see cref="WalItem.Value"/>.
/// </summary>
public sealed class LogDataItem : WalItem
{
    internal LogDataItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
