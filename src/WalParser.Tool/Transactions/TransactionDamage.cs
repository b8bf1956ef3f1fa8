using WalParser.Tool.Survey;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Converts problems of transaction marks to damage of the WAL.</summary>
internal static class TransactionDamage
{
    public static Damage Of(TransactionProblem problem) => new(
        problem.Place.Offset,
        problem.Bytes,
        problem.Reason,
        problem.Transaction is { } transaction ? "xid " + XidText.Of(transaction.Xid.Span) : null);
}
