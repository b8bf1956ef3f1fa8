namespace WalParser.Recovery;

/// <summary>The reason why an operation is not inserted.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Reason">The reason, in RocksDB's words.</param>
/// <param name="Detail">What RocksDB's words do not say; null if there is nothing.</param>
internal sealed record InsertFault(InsertFaultKind Kind, string Reason, string? Detail = null);
