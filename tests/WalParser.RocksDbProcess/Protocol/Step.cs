namespace WalParser.RocksDbProcess.Protocol;

/// <summary>One step in the making of a database.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The column family or transaction that it is about; null for a write.</param>
/// <param name="Operations">The operations that it writes.</param>
/// <param name="IsOutsideWal">Whether a write passes the WAL by (<c>disableWAL</c>).</param>
internal sealed record Step(StepKind Kind, string? Name = null, Operation[]? Operations = null, bool IsOutsideWal = false);
