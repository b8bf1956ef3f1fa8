using WalParser.Findings;

namespace WalParser.Recovery;

/// <summary>The reason why an operation is not inserted.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Reason">The reason, in RocksDB's words.</param>
/// <param name="Detail">What RocksDB's words do not say; null if there is nothing.</param>
/// <param name="Finding">The kind of the finding about the operation.</param>
internal sealed record InsertFault(
    InsertFaultKind Kind, string Reason, string? Detail = null, FindingKind Finding = FindingKind.FailedInsert)
{
    /// <summary>Creates the fault of an operation that every reader of everything finds as well, for the reason of its kind.</summary>
    public static InsertFault Of(FindingKind finding, string? detail = null) =>
        new(InsertFaultKind.Damage, FindingTable.Of(finding).Reason, detail, finding);
}
