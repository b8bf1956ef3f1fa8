using System.Text;
using WalParser.Batches;
using WalParser.Compression;

namespace WalParser.Tool.Dump;

/// <summary>The names of operation types, and which fields operations of a type have, including empty ones.</summary>
internal static class OperationFields
{
    private static readonly byte[][] Names = [.. Enum.GetNames<OperationType>().Select(Encoding.UTF8.GetBytes)];

    /// <summary>Returns the name of a type, in UTF-8.</summary>
    public static ReadOnlySpan<byte> NameOf(OperationType type) => Names[(int)type];

    /// <summary>Returns the name of a compression as in RocksDB's options, for example <c>lz4hc</c>.</summary>
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
