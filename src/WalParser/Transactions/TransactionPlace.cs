namespace WalParser.Transactions;

/// <summary>The record in which something happened to a transaction.</summary>
/// <param name="File">The log's name, as <see cref="TransactionAssembler.File"/> had it; null if that did not say.</param>
/// <param name="Offset">Offset of the record in the log, in bytes.</param>
public readonly record struct TransactionPlace(string? File, long Offset);
