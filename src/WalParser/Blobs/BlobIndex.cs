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

    /// <summary>The index of a value that lies in a blob file, as <see cref="WriteTo"/> serializes it.</summary>
    /// <param name="fileNumber">See <see cref="FileNumber"/>.</param>
    /// <param name="offset">See <see cref="Offset"/>.</param>
    /// <param name="size">See <see cref="Size"/>.</param>
    /// <param name="compression">See <see cref="Compression"/>.</param>
    /// <param name="expiration">See <see cref="ExpirationSeconds"/>; null for none.</param>
    public static BlobIndex InFile(ulong fileNumber, ulong offset, ulong size, CompressionType compression, ulong? expiration = null) =>
        new(expiration is null ? BlobIndexType.Blob : BlobIndexType.BlobTtl, expiration ?? 0, default, fileNumber, offset, size, compression);

    /// <summary>The index that holds the value itself.</summary>
    /// <param name="value">The value, which must stay valid as long as the index is used.</param>
    /// <param name="expiration">See <see cref="ExpirationSeconds"/>.</param>
    public static BlobIndex Inlined(ReadOnlySpan<byte> value, ulong expiration) => new(BlobIndexType.InlinedTtl, expiration, value);

    /// <summary>Which of the three it is.</summary>
    public BlobIndexType Type { get; }

    /// <summary>Whether it holds the value itself, as <see cref="Value"/>.</summary>
    public bool IsInlined => Type == BlobIndexType.InlinedTtl;

    /// <summary>The time at which the value expires; null if it never does, or after the year 9999: see <see cref="ExpirationSeconds"/>.</summary>
    public DateTimeOffset? Expiration => UnixTime.FromSeconds(ExpirationSeconds);

    /// <summary>
    /// When the value expires, in seconds since 1970; null if it never does. Only RocksDB's older BlobDB
    /// (<c>utilities/blob_db</c>) writes such values, and only it drops them.
    /// </summary>
    public ulong? ExpirationSeconds => Type == BlobIndexType.Blob ? null : _expiration;

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

    /// <summary>The size of its serialized form, in bytes.</summary>
    public int SerializedSize => checked(
        1 + (Type == BlobIndexType.Blob ? 0 : Varint.SizeOf(_expiration))
        + (IsInlined ? Value.Length : Varint.SizeOf(FileNumber) + Varint.SizeOf(Offset) + Varint.SizeOf(Size) + 1));

    /// <summary>Serializes it, as RocksDB does (<c>db/blob/blob_index.h</c>): what <see cref="TryRead(ReadOnlySpan{byte}, out BlobIndex)"/> reads.</summary>
    /// <param name="output">Where it goes: <see cref="SerializedSize"/> bytes at the least.</param>
    /// <returns>How many bytes were written.</returns>
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

    /// <summary>Its serialized form, in an array of its own.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[SerializedSize];
        WriteTo(bytes);
        return bytes;
    }
}
