namespace WalParser.Batches;

/// <summary>The sequence numbers that a batch takes.</summary>
/// <param name="First">The first.</param>
/// <param name="Next">The one behind the last; null if it cannot be known.</param>
internal readonly record struct SequenceRange(ulong First, ulong? Next);
