using WalParser.Batches;

namespace WalParser.Kvrocks.Items;

/// <summary>A stored key is set to a value.</summary>
public sealed class PutItem : KvrocksItem
{
    internal PutItem(in WriteBatchOperation operation, in KvrocksItemPlace place)
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
