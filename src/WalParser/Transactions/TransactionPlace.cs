namespace WalParser.Transactions;

/// <summary>The record in which an event of a transaction occurred.</summary>
/// <param name="File">The name of the log: the value of <see cref="TransactionAssembler.File"/> at that time; null if it was null.</param>
/// <param name="Offset">The offset of the record in the log, in bytes.</param>
public readonly record struct TransactionPlace(string? File, long Offset);
