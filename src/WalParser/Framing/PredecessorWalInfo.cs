namespace WalParser.Framing;

/// <summary>What a log says of the log before it (RocksDB 10.0 and later, option <c>track_and_verify_wals</c>).</summary>
/// <param name="LogNumber">The number of the log before.</param>
/// <param name="SizeInBytes">Its size when it was closed.</param>
/// <param name="LastSequence">The sequence number in the header of its last record; 0 if it had none.</param>
public readonly record struct PredecessorWalInfo(ulong LogNumber, ulong SizeInBytes, ulong LastSequence);
