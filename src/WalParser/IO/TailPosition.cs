namespace WalParser.IO;

/// <summary>The position at which a reader needs more of a log that is being written, and what the log contains before it.</summary>
/// <param name="Offset">The offset of the first byte that the reader has not consumed, in bytes.</param>
/// <param name="LogNumber">The low 32 bits of the number of the log; null if it is not known.</param>
/// <param name="IsAtOldRecord">Whether a fragment with another log number is at the position.</param>
/// <param name="IsUnnumbered">
/// Whether the log contains records, and none of its fragments carries a log number. Then its file is not a recycled one.
/// </param>
internal readonly record struct TailPosition(long Offset, uint? LogNumber, bool IsAtOldRecord, bool IsUnnumbered);
