using System.Globalization;

namespace WalParser.Transactions;

/// <summary>Something that is wrong with a transaction. Reading goes on.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Place">The record that showed it.</param>
/// <param name="Transaction">The transaction, if it has one: the one that was prepared first, of two.</param>
/// <param name="Bytes">How many bytes of operations were left out, if any were.</param>
public readonly record struct TransactionProblem(TransactionProblemKind Kind, TransactionPlace Place, Transaction? Transaction, long Bytes)
{
    /// <summary>In words.</summary>
    public string Reason => Kind switch
    {
        TransactionProblemKind.PreparedTwice => "a transaction is prepared under the name of one that already is",
        TransactionProblemKind.SectionInterrupted => "a mark inside a transaction's section",
        TransactionProblemKind.SectionNotBegun => "a transaction's section ends that did not begin",
        TransactionProblemKind.SectionNotEnded => "a transaction's section does not end",
        TransactionProblemKind.TooLarge => string.Create(
            CultureInfo.InvariantCulture, $"prepared transactions exceed the limit; {Bytes:N0} bytes of operations are not kept"),
        TransactionProblemKind.TooMany => "more marks of transactions in a batch than are listed",
        TransactionProblemKind.TimestampSize => "a commit timestamp is not as long as those of the transaction's keys",
        _ => "unknown",
    };
}
