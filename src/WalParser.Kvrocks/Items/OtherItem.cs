using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// An operation that Kvrocks is not known to write, at which its own iterator ends: a merge, a wide-column entity, a mark of a transaction
/// and so on.
/// </summary>
public sealed class OtherItem : WalItem
{
    internal OtherItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <summary>The type of operation.</summary>
    public OperationType Type => Operation;

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
