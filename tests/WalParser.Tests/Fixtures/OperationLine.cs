using System.Globalization;
using WalParser.Batches;
using WalParser.Checksums;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// Returns an operation as a compact JSON line of operations.jsonl, whose lines RocksDB's own <c>WriteBatch::Iterate</c> returned.
/// </summary>
internal static class OperationLine
{
    public static string Of(WriteBatchOperation operation)
    {
        string line = $"{{\"op\":\"{operation.Type}\"";
        if (operation.HasKey)
        {
            line += $",\"cf\":{operation.ColumnFamily}" + Bytes("key", [.. operation.Key, .. operation.Timestamp]);
        }

        line += operation.Type switch
        {
            OperationType.Put or OperationType.Merge or OperationType.PutBlobIndex or OperationType.PutEntity or OperationType.LogData
                => Bytes("value", operation.Value),
            OperationType.TimedPut => Bytes("value", operation.Value)
                + string.Create(CultureInfo.InvariantCulture, $",\"write_unix_time\":{operation.WriteTimeSeconds}"),
            OperationType.DeleteRange => Bytes("value", [.. operation.EndKey, .. operation.EndTimestamp]),
            OperationType.BeginPrepare => $",\"unprepared\":{(operation.IsUnprepared ? "true" : "false")}",
            OperationType.EndPrepare or OperationType.Commit or OperationType.Rollback => Bytes("xid", operation.Xid),
            OperationType.CommitWithTimestamp => Bytes("xid", operation.Xid) + Bytes("timestamp", operation.Timestamp),
            _ => "",
        };
        return line + "}";
    }

    private static string Bytes(string name, ReadOnlySpan<byte> bytes) => bytes.Length <= 256
        ? $",\"{name}\":\"{Convert.ToHexStringLower(bytes)}\""
        : $",\"{name}_size\":{bytes.Length},\"{name}_crc32c\":\"{Crc32C.Compute(bytes):x8}\"";
}
