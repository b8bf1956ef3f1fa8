using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>Log data, for the items behind it: what <see cref="KvrocksItem.Value"/> says, <see cref="LogRecords.KvrocksLogData.Read"/> reads.</summary>
public sealed class LogDataItem : KvrocksItem
{
    internal LogDataItem(in WriteBatchOperation operation, in KvrocksItemPlace place)
        : base(operation, place)
    {
    }

    /// <inheritdoc/>
    public override void Accept(IKvrocksItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
