namespace WalParser.Kvrocks.Items;

/// <summary>
/// Handles each kind of <see cref="WalItem"/>; see <see cref="WalItem.Accept"/>. A visitor implements the methods that it needs: an item
/// without such a method goes to <see cref="VisitAny"/>, which does nothing by default.
/// </summary>
public interface IWalItemVisitor
{
    /// <summary>Handles a put.</summary>
    void Visit(PutItem item) => VisitAny(item);

    /// <summary>Handles a deletion.</summary>
    void Visit(DeleteItem item) => VisitAny(item);

    /// <summary>Handles a range deletion.</summary>
    void Visit(DeleteRangeItem item) => VisitAny(item);

    /// <summary>Handles log data.</summary>
    void Visit(LogDataItem item) => VisitAny(item);

    /// <summary>Handles an operation that Kvrocks is not known to write.</summary>
    void Visit(OtherItem item) => VisitAny(item);

    /// <summary>Handles an item for which the visitor does not implement a method.</summary>
    void VisitAny(WalItem item)
    {
    }
}
