using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>An operation of a kind that Kvrocks is not known to write, at which its own iterator ends: a merge, a wide-column entity, a transaction's mark and so on.</summary>
public sealed class OtherItem : WalItem
{
    internal OtherItem(in WriteBatchOperation operation, in WalItemPlace place)
        : base(operation, place)
    {
    }

    /// <summary>What kind it is.</summary>
    public OperationType Type => Operation;

    /// <inheritdoc/>
    public override void Accept(IWalItemVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Visit(this);
    }
}
