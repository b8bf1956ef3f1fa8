namespace WalParser.Batches;

/// <summary>Which sequence numbers a batch takes.</summary>
/// <param name="First">The first, if it takes any: the number in its header.</param>
/// <param name="Next">
/// The number after its last, with which the next batch goes on; <paramref name="First"/> where it takes none. Null where that cannot be
/// known: the batch is damaged, or it commits a transaction that was prepared where nobody has looked.
/// </param>
internal readonly record struct BatchSequences(ulong First, ulong? Next);
