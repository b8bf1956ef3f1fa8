namespace WalParser.RocksDbProcess.Protocol;

/// <summary>One operation of a batch or a transaction.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Family">The name of its column family.</param>
/// <param name="Key">Its key, or the first key of a range, without a timestamp; of log data, the bytes.</param>
/// <param name="Value">Its value, merge operand or serialized entity, or the key before which a range ends; empty for others.</param>
/// <param name="Timestamp">Its user-defined timestamp, where the column family has such.</param>
internal sealed record Operation(OperationKind Kind, string Family, byte[] Key, byte[] Value, ulong? Timestamp = null);
