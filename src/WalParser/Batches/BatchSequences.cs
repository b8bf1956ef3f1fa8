namespace WalParser.Batches;

/// <summary>The sequence numbers that a batch takes.</summary>
/// <param name="First">The first number, which is the one in the header.</param>
/// <param name="Next">
/// The number after the last one, with which the next batch begins; <paramref name="First"/> if the batch takes none. Null if it cannot be
/// known: the batch is damaged, or it commits a transaction whose prepared section was not read.
/// </param>
internal readonly record struct BatchSequences(ulong First, ulong? Next);
