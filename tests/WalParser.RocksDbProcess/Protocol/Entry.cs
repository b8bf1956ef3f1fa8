namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A key that a scan found.</summary>
/// <param name="Key">The key, without its timestamp.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">The timestamp, or empty if the column family has no timestamps.</param>
internal sealed record Entry(byte[] Key, byte[] Value, byte[] Timestamp);
