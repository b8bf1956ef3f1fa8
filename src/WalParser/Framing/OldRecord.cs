namespace WalParser.Framing;

/// <summary>A fragment with another log number: left over from a recycled log's earlier life. Not damage; its checksum is not looked at.</summary>
/// <param name="Offset">Offset in the file, in bytes, of its header.</param>
/// <param name="LogNumber">The low 32 bits of the number of the log that it once belonged to.</param>
public readonly record struct OldRecord(long Offset, uint LogNumber);
