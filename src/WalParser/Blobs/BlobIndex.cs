using WalParser.Coding;
using WalParser.Compression;

namespace WalParser.Blobs;

// The wire format (RocksDB, db/blob/blob_index.h):
//
//   +----------+------------+ - - - - - - - - - - - - - - - +
//   | type (1) | expiration | value (the remaining bytes)   |   0, inlined with an expiration
//   +----------+------------+ - - - - - - - - - - - - - - - +
//   +----------+-------------+--------+------+-----------------+
//   | type (1) | file number | offset | size | compression (1) |   1, in a blob file
//   +----------+-------------+--------+------+-----------------+
//   +----------+------------+-------------+--------+------+-----------------+
//   | type (1) | expiration | file number | offset | size | compression (1) |   2, in a blob file, with an expiration
//   +----------+------------+-------------+--------+------+-----------------+
//
// Expiration, file number, offset and size are varint64s. No bytes may follow the compression.

/// <summary>
/// A blob index, read in place: the reference that a key has in place of a value that is in a blob file. The value of a
/// <see cref="Batches.OperationType.PutBlobIndex"/> is a blob index, and so is the value of a wide column that is marked as one. The
/// contents are not verified; <see cref="BlobResolver"/> verifies them.
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

    /// <summary>Creates the index of a value in a blob file, which <see cref="WriteTo"/> serializes.</summary>
    /// <param name="fileNumber">See <see cref="FileNumber"/>.</param>
    /// <param name="offset">See <see cref="Offset"/>.</param>
    /// <param name="size">See <see cref="Size"/>.</param>
    /// <param name="compression">See <see cref="Compression"/>.</param>
    /// <param name="expiration">See <see cref="ExpirationSeconds"/>; null for none.</param>
    public static BlobIndex InFile(ulong fileNumber, ulong offset, ulong size, CompressionType compression, ulong? expiration = null) =>
        new(
            expiration is null ? BlobIndexType.Blob : BlobIndexType.BlobTtl,
            expiration ?? 0,
            default,
            fileNumber,
            offset,
            size,
            compression);

    /// <summary>Creates an index that contains the value itself.</summary>
    /// <param name="value">The value, which must remain valid while the index is used.</param>
    /// <param name="expiration">See <see cref="ExpirationSeconds"/>.</param>
    public static BlobIndex Inlined(ReadOnlySpan<byte> value, ulong expiration) => new(BlobIndexType.InlinedTtl, expiration, value);

    /// <summary>The type of the index.</summary>
    public BlobIndexType Type { get; }

    /// <summary>Whether the index contains the value itself, as <see cref="Value"/>.</summary>
    public bool IsInlined => Type == BlobIndexType.InlinedTtl;

    /// <summary>
    /// The time at which the value expires; null if it never does, or after the year 9999: see <see cref="ExpirationSeconds"/>.
    /// </summary>
    public DateTimeOffset? Expiration => UnixSeconds.ToTime(ExpirationSeconds);

    /// <summary>
    /// The time at which the value expires, in seconds since 1970; null if it never expires. Only RocksDB's older BlobDB
    /// (<c>utilities/blob_db</c>) writes values that expire, and only BlobDB removes them.
    /// </summary>
    public ulong? ExpirationSeconds => Type == BlobIndexType.Blob ? null : _expiration;

    /// <summary>The inlined value, within the bytes that were read; empty if the value is not inlined.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The number of the blob file: 8 for <c>000008.blob</c>.</summary>
    public ulong FileNumber { get; }

    /// <summary>The offset of the value in the file, in bytes. The header and the key of its record precede it.</summary>
    public ulong Offset { get; }

    /// <summary>The size of the value as stored, that is compressed, in bytes.</summary>
    public ulong Size { get; }

    /// <summary>The compression of the value; an undefined value if the index contains an unknown number.</summary>
    public CompressionType Compression { get; }

    /// <summary>Reads a blob index from <paramref name="bytes"/>. Returns false if they are not a blob index.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlobIndex index) => TryRead(bytes, out index, out _);

    /// <summary>
    /// Reads a blob index that consists of all of <paramref name="bytes"/>, which must remain valid while the index is used.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="index">The blob index.</param>
    /// <param name="reason">The reason why the bytes are not a blob index, in RocksDB's words; null on success.</param>
    /// <returns>True if the bytes are a blob index.</returns>
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

    /// <summary>The size of the serialized index, in bytes.</summary>
    public int SerializedSize => checked(
        1 + (Type == BlobIndexType.Blob ? 0 : Varint.SizeOf(_expiration))
        + (IsInlined ? Value.Length : Varint.SizeOf(FileNumber) + Varint.SizeOf(Offset) + Varint.SizeOf(Size) + 1));

    /// <summary>
    /// Serializes the index as RocksDB does (<c>db/blob/blob_index.h</c>); <see cref="TryRead(ReadOnlySpan{byte}, out BlobIndex)"/> reads
    /// it.
    /// </summary>
    /// <param name="output">The destination, of at least <see cref="SerializedSize"/> bytes.</param>
    /// <returns>The number of bytes that were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short.</exception>
    public int WriteTo(Span<byte> output)
    {
        if (output.Length < SerializedSize)
        {
            throw new ArgumentException($"The blob index has {SerializedSize} bytes.", nameof(output));
        }

        output[0] = (byte)Type;
        int length = 1;
        if (Type != BlobIndexType.Blob)
        {
            length += Varint.Write(output[length..], _expiration);
        }

        if (IsInlined)
        {
            Value.CopyTo(output[length..]);
            return length + Value.Length;
        }

        length += Varint.Write(output[length..], FileNumber);
        length += Varint.Write(output[length..], Offset);
        length += Varint.Write(output[length..], Size);
        output[length++] = (byte)Compression;
        return length;
    }

    /// <summary>Returns the serialized index in a new array.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[SerializedSize];
        WriteTo(bytes);
        return bytes;
    }
}
