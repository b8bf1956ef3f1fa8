namespace WalParser.RocksDbProcess.Protocol;

/// <summary>One step in the creation of a database.</summary>
/// <param name="Kind">The kind of step.</param>
/// <param name="Name">The name of the column family or transaction, or null for a write.</param>
/// <param name="Operations">The operations to write.</param>
/// <param name="IsOutsideWal">Whether a write is not written to the WAL (<c>disableWAL</c>).</param>
internal sealed record Step(StepKind Kind, string? Name = null, Operation[]? Operations = null, bool IsOutsideWal = false);
