namespace WalParser.Framing;

/// <summary>
/// A fragment with another log number: left over from a recycled log's earlier life. Not damage, whether or not its checksum
/// holds: what overwrote it may have spared its header alone.
/// </summary>
/// <param name="Offset">Offset in the file, in bytes, of its header.</param>
/// <param name="Bytes">Its size in bytes, header and payload.</param>
/// <param name="LogNumber">The low 32 bits of the number of the log that it once belonged to.</param>
/// <param name="IsIntact">Whether its checksum holds: then it is sure that a log of that number was once in this file.</param>
/// <param name="IsDamagedLive">
/// Whether it is a fragment of this log after all, with a damaged log number: its checksum holds with the log's own number, or its
/// number is greater than that, which nothing older can have. RocksDB takes it for an old record all the same.
/// </param>
public readonly record struct OldRecord(long Offset, int Bytes, uint LogNumber, bool IsIntact, bool IsDamagedLive);
