namespace WalParser.Recovery;

/// <summary>The reason why an operation is not inserted.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Reason">The reason, in RocksDB's words.</param>
internal sealed record InsertFault(InsertFaultKind Kind, string Reason);
