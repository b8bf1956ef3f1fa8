namespace WalParser.RocksDbProcess.Protocol;

/// <summary>One operation of a batch or a transaction.</summary>
/// <param name="Kind">The kind of operation.</param>
/// <param name="Family">The name of the column family.</param>
/// <param name="Key">The key, or the first key of a range, without a timestamp. For log data, the bytes.</param>
/// <param name="Value">The value, the merge operand, the serialized entity, or the exclusive end key of a range. Otherwise empty.</param>
/// <param name="Timestamp">The user-defined timestamp, if the column family has timestamps.</param>
internal sealed record Operation(OperationKind Kind, string Family, byte[] Key, byte[] Value, ulong? Timestamp = null);
