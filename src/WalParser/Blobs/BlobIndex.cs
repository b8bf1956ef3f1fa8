using WalParser.Coding;
using WalParser.Compression;

namespace WalParser.Blobs;

// The wire format (RocksDB, db/blob/blob_index.h):
//
//   +----------+------------+ - - - - - - - - - - - - - - - +
//   | type (1) | expiration | value: all the rest           |   0, inlined with an expiration
//   +----------+------------+ - - - - - - - - - - - - - - - +
//   +----------+-------------+--------+------+-----------------+
//   | type (1) | file number | offset | size | compression (1) |   1, in a blob file
//   +----------+-------------+--------+------+-----------------+
//   +----------+------------+-------------+--------+------+-----------------+
//   | type (1) | expiration | file number | offset | size | compression (1) |   2, in a blob file, with an expiration
//   +----------+------------+-------------+--------+------+-----------------+
//
// Expiration, file number, offset and size are varint64s. Behind the compression there must be nothing more.

/// <summary>
/// A blob index, read in place: what a key has in place of a value that lies in a blob file. The value of a
/// <see cref="Batches.OperationType.PutBlobIndex"/> is one, and so is a wide column that is marked as such. What it says is
/// a claim; <see cref="BlobResolver"/> looks whether it is true.
/// </summary>
public readonly ref struct BlobIndex
{
    private readonly ulong _expiration;

    private BlobIndex(
        BlobIndexType type,
        ulong expiration,
        ReadOnlySpan<byte> value = default,
        ulong fileNumber = 0,
        ulong offset = 0,
        ulong size = 0,
        CompressionType compression = CompressionType.None)
    {
        Type = type;
        _expiration = expiration;
        Value = value;
        FileNumber = fileNumber;
        Offset = offset;
        Size = size;
        Compression = compression;
    }

    /// <summary>Which of the three it is.</summary>
    public BlobIndexType Type { get; }

    /// <summary>Whether it holds the value itself, as <see cref="Value"/>.</summary>
    public bool IsInlined => Type == BlobIndexType.InlinedTtl;

    /// <summary>
    /// When the value expires, in seconds since 1970; null if it never does. Only RocksDB's older BlobDB
    /// (<c>utilities/blob_db</c>) writes such values, and only it drops them.
    /// </summary>
    public ulong? Expiration => Type == BlobIndexType.Blob ? null : _expiration;

    /// <summary>The inlined value, in the bytes that were read; empty if it is not inlined.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The number of the blob file, 8 for <c>000008.blob</c>.</summary>
    public ulong FileNumber { get; }

    /// <summary>Offset in the file, in bytes, of the value. Key and header of its record lie before it.</summary>
    public ulong Offset { get; }

    /// <summary>The size in bytes of the value, as it is stored: compressed.</summary>
    public ulong Size { get; }

    /// <summary>How the value is compressed; a number that has no name, if the index says so.</summary>
    public CompressionType Compression { get; }

    /// <summary>Reads the blob index that <paramref name="bytes"/> are; false if they are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlobIndex index) => TryRead(bytes, out index, out _);

    /// <summary>
    /// Reads the blob index that <paramref name="bytes"/> are, from the first to the last; they must stay valid as long as it
    /// is used.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="index">The blob index.</param>
    /// <param name="reason">Why they are none, in RocksDB's words; null if they are one.</param>
    /// <returns>Whether they are one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlobIndex index, out string? reason)
    {
        index = default;
        if (bytes.IsEmpty)
        {
            reason = "Error while decoding blob index: no bytes";
            return false;
        }

        var type = (BlobIndexType)bytes[0];
        if (type > BlobIndexType.BlobTtl)
        {
            reason = $"Error while decoding blob index: Unknown blob index type: {bytes[0]}";
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[1..];
        ulong expiration = 0;
        if (type != BlobIndexType.Blob && !Varint.TryRead64(ref rest, out expiration))
        {
            reason = "Error while decoding blob index: Corrupted expiration";
            return false;
        }

        reason = null;
        if (type == BlobIndexType.InlinedTtl)
        {
            index = new BlobIndex(type, expiration, rest);
            return true;
        }

        if (Varint.TryRead64(ref rest, out ulong fileNumber)
            && Varint.TryRead64(ref rest, out ulong offset)
            && Varint.TryRead64(ref rest, out ulong size)
            && rest.Length == 1)
        {
            index = new BlobIndex(type, expiration, default, fileNumber, offset, size, (CompressionType)rest[0]);
            return true;
        }

        reason = "Error while decoding blob index: Corrupted blob offset";
        return false;
    }
}
