using WalParser.Findings;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>The findings about transactions with what people need to find the transaction.</summary>
internal static class TransactionDamage
{
    /// <summary>Returns the finding with the transaction's id as its detail, if it has a transaction.</summary>
    public static Finding Of(TransactionFinding finding) =>
        finding.Transaction is { } transaction ? finding with { Detail = "xid " + XidText.Of(transaction.Xid.Span) } : finding;
}
