using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>An operation that sets a stored key to a value.</summary>
public sealed class PutItem : WalItem
{
    internal PutItem(in WriteBatchOperation operation, in WalItemPlace place)
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
