using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// The deletion of the stored keys from <see cref="WalItem.Key"/> up to, not including, <see cref="EndKey"/>: by FLUSHDB, FLUSHALL or the
/// clearing of a slot.
/// </summary>
public sealed class DeleteRangeItem : WalItem
{
    internal DeleteRangeItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <summary>The stored key before which the range ends.</summary>
    public ReadOnlyMemory<byte> EndKey => Rest;

    /// <summary>Empty.</summary>
    public override ReadOnlyMemory<byte> Value => default;

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
