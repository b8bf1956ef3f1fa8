using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>Log data, for the items behind it: what <see cref="WalItem.Value"/> says, <see cref="LogRecords.KvrocksLogData.Read"/> reads.</summary>
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
