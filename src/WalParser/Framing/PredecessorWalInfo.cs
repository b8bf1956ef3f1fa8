namespace WalParser.Framing;

/// <summary>
/// The description of the previous log that a log contains (RocksDB 10.0 and later, option <c>track_and_verify_wals</c>).
/// </summary>
/// <param name="LogNumber">The number of the previous log.</param>
/// <param name="SizeInBytes">Its size when it was closed, in bytes.</param>
/// <param name="LastSequence">The sequence number in the header of its last record; 0 if it contained no record.</param>
public readonly record struct PredecessorWalInfo(ulong LogNumber, ulong SizeInBytes, ulong LastSequence);
