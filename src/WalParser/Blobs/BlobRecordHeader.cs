using System.Buffers.Binary;
using WalParser.Checksums;

namespace WalParser.Blobs;

// A record of a blob file (RocksDB, db/blob/blob_log_format.h):
//
//   +---------------+-----------------+----------------+----------------+--------------+-----+-------+
//   | key size (8)  | value size (8)  | expiration (8) | header CRC (4) | blob CRC (4) | key | value |
//   +---------------+-----------------+----------------+----------------+--------------+-----+-------+
//   ^                                                                                        ^ offset in the blob index
//
// Integers are little-endian. Both CRCs are masked CRC-32Cs: the header's covers the 24 bytes before it, the blob's covers key and value as
// stored. The header of the file states the compression of the values, and the value size is that of the compressed value.

/// <summary>The header of a record of a blob file.</summary>
internal readonly struct BlobRecordHeader
{
    /// <summary>The size of the header, up to the key, in bytes.</summary>
    public const int Size = 32;

    private const int ChecksummedSize = 24;

    private BlobRecordHeader(ulong keySize, ulong valueSize, uint blobCrc)
    {
        KeySize = keySize;
        ValueSize = valueSize;
        BlobCrc = blobCrc;
    }

    public ulong KeySize { get; }

    public ulong ValueSize { get; }

    /// <summary>The CRC-32C of key and value, unmasked.</summary>
    public uint BlobCrc { get; }

    /// <summary>Reads a header from 32 bytes. Returns false if its checksum is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlobRecordHeader header)
    {
        uint crc = Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksummedSize..]));
        if (crc != Crc32C.Compute(bytes[..ChecksummedSize]))
        {
            header = default;
            return false;
        }

        header = new BlobRecordHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..])));
        return true;
    }

    /// <summary>
    /// Searches for the record whose value begins at the end of <paramref name="before"/> and has <paramref name="valueSize"/> bytes, for
    /// any length of its key. Returns false if no valid header matches.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> before, ulong valueSize, out int keySize)
    {
        for (int at = before.Length - Size; at >= 0; at--)
        {
            keySize = before.Length - Size - at;

            // Verify the checksum last: verified at every position, it would multiply the cost of the search.
            if (BinaryPrimitives.ReadUInt64LittleEndian(before[at..]) == (ulong)keySize
                && BinaryPrimitives.ReadUInt64LittleEndian(before[(at + 8)..]) == valueSize
                && TryRead(before.Slice(at, Size), out _))
            {
                return true;
            }
        }

        keySize = 0;
        return false;
    }
}
