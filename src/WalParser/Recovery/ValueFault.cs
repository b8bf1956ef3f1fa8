using WalParser.Blobs;
using WalParser.Coding;
using WalParser.WideColumns;

namespace WalParser.Recovery;

/// <summary>
/// The reasons, in RocksDB's words, why a value cannot be written to a table file (<c>FileMetaData::UpdateBoundaries</c> in
/// <c>db/version_edit.cc</c>, <c>WideColumnSerialization::Deserialize</c> in <c>db/wide/wide_column_serialization.cc</c>).
/// </summary>
internal static class ValueFault
{
    private const string TrailingBytes = "Unexpected trailing data after wide column entity";
    private const string SizeMismatch = "Wide column section size mismatch";

    // The version whose parts have sizes, and whose values may be in blob files.
    private const int SplitVersion = 2;

    /// <summary>Returns why a blob index cannot be written; null if it can.</summary>
    public static string? OfBlobIndex(ReadOnlySpan<byte> value) =>
        !BlobIndex.TryRead(value, out BlobIndex index, out string? reason) ? reason : OfReference(index);

    /// <summary>Returns why a wide-column entity cannot be written; null if it can.</summary>
    public static string? OfEntity(ReadOnlySpan<byte> value)
    {
        if (!WideColumnEntity.TryRead(value, out WideColumnEntity entity, out string? reason))
        {
            return reason;
        }

        if (entity.Count == 0)
        {
            return OfEmptyEntity(value, entity.Version);
        }

        long used = 0;
        foreach (WideColumn column in entity)
        {
            used += column.Name.Length + column.Value.Length;
            if (column.IsBlobIndex && BlobIndex.TryRead(column.Value, out BlobIndex index) && OfReference(index) is { } fault)
            {
                return fault;
            }
        }

        return entity.HasTrailingBytes ? entity.Version == SplitVersion ? SizeMismatch : TrailingBytes : null;
    }

    /// <summary>Returns the fault of an entity without columns: bytes after the version and the count.</summary>
    private static string? OfEmptyEntity(ReadOnlySpan<byte> value, int version)
    {
        Varint.TryRead32(ref value, out _);
        Varint.TryRead32(ref value, out _);
        if (version < SplitVersion)
        {
            return value.IsEmpty ? null : TrailingBytes;
        }

        ReadOnlySpan<string> parts = ["name sizes", "value sizes", "names"];
        ulong sizes = 0;
        foreach (string part in parts)
        {
            if (!Varint.TryRead32(ref value, out uint size))
            {
                return $"Error decoding wide column {part} bytes";
            }

            sizes += size;
        }

        return sizes > (ulong)value.Length ? "Error decoding wide column sections"
            : sizes != 0 || !value.IsEmpty ? SizeMismatch
            : null;
    }

    /// <summary>Returns the fault of a reference: 0 is no number of a blob file.</summary>
    private static string? OfReference(BlobIndex index) =>
        index is { Type: BlobIndexType.Blob, FileNumber: 0 } ? "Invalid blob file number" : null;
}
