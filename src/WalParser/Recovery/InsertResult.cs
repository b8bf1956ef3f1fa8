namespace WalParser.Recovery;

/// <summary>The result of inserting a batch.</summary>
/// <param name="Next">The sequence number after those that were taken.</param>
/// <param name="Fault">Why the insertion ended early; null if it did not.</param>
/// <param name="FaultOffset">The offset in the batch of the first operation that was not inserted.</param>
internal readonly record struct InsertResult(ulong Next, InsertFault? Fault, int FaultOffset);
