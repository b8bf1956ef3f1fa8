using System.Text;
using WalParser.Batches;
using WalParser.Compression;

namespace WalParser.Tool.Dump;

/// <summary>What operations of a type are called, and which fields they have, be these empty.</summary>
internal static class OperationFields
{
    private static readonly byte[][] Names = [.. Enum.GetNames<OperationType>().Select(Encoding.UTF8.GetBytes)];

    /// <summary>The type's name, in UTF-8.</summary>
    public static ReadOnlySpan<byte> NameOf(OperationType type) => Names[(int)type];

    /// <summary>A compression's name as RocksDB's options have it: <c>lz4hc</c>.</summary>
    public static string NameOf(CompressionType compression) =>
        Enum.IsDefined(compression) ? compression.ToString().ToLowerInvariant() : $"type {(byte)compression}";

    public static bool HasValue(OperationType type) => type is
        OperationType.Put
        or OperationType.Merge
        or OperationType.PutBlobIndex
        or OperationType.PutEntity
        or OperationType.TimedPut
        or OperationType.LogData;

    public static bool HasXid(OperationType type) => type is
        OperationType.EndPrepare
        or OperationType.Commit
        or OperationType.CommitWithTimestamp
        or OperationType.Rollback;
}
