namespace WalParser.Kvrocks.Items;

/// <summary>
/// Handles each kind of <see cref="WalItem"/>; see <see cref="WalItem.Accept"/>. A visitor implements what it is interested in: what it does not
/// implement goes to <see cref="VisitAny"/>, which does nothing by default.
/// </summary>
public interface IWalItemVisitor
{
    /// <summary>Takes a put.</summary>
    void Visit(PutItem item) => VisitAny(item);

    /// <summary>Takes a deletion.</summary>
    void Visit(DeleteItem item) => VisitAny(item);

    /// <summary>Takes a range deletion.</summary>
    void Visit(DeleteRangeItem item) => VisitAny(item);

    /// <summary>Takes log data.</summary>
    void Visit(LogDataItem item) => VisitAny(item);

    /// <summary>Takes an operation that Kvrocks is not known to write.</summary>
    void Visit(OtherItem item) => VisitAny(item);

    /// <summary>Takes what has no method of its own.</summary>
    void VisitAny(WalItem item)
    {
    }
}
