namespace WalParser.Framing;

/// <summary>
/// A fragment with another log number: left over from the earlier contents of a recycled file. It is not damage, even if its checksum does
/// not match: the log may have overwritten all of it except its header.
/// </summary>
/// <param name="Offset">The offset of its header in the file, in bytes.</param>
/// <param name="Bytes">The size of its header and payload, in bytes.</param>
/// <param name="LogNumber">The low 32 bits of the number of the log to which it belonged.</param>
/// <param name="IsIntact">Whether its checksum matches: then the file certainly contained a log of that number.</param>
/// <param name="IsDamagedLive">
/// Whether it cannot be old. Either its checksum matches with the number of this log, so that only its number is damaged; or it is intact,
/// and its number is greater than that of this log, which is impossible for an older one. RocksDB treats it as an old record nevertheless.
/// </param>
public readonly record struct OldRecord(long Offset, int Bytes, uint LogNumber, bool IsIntact, bool IsDamagedLive);
