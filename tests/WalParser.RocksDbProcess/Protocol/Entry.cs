namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A key that a scan found.</summary>
/// <param name="Key">The key, without its timestamp.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">The timestamp, where the column family has such; else empty.</param>
internal sealed record Entry(byte[] Key, byte[] Value, byte[] Timestamp);
