using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Blobs;

/// <summary>Writes blob files and blob indexes for tests. It is based on the description of the format alone.</summary>
internal sealed class BlobFileBuilder
{
    public const int HeaderSize = 30;
    public const int RecordHeaderSize = 32;
    public const int FooterSize = 32;

    private readonly List<byte> _bytes = [];
    private readonly CompressionType _compression;
    private ulong _count;

    public BlobFileBuilder(CompressionType compression = CompressionType.None, uint magic = 2395959, uint version = 1)
    {
        _compression = compression;
        UInt32(magic).UInt32(version).UInt32(0);
        _bytes.Add(0);
        _bytes.Add((byte)compression);
        UInt64(0).UInt64(0);
    }

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds a record with a value that is already compressed, and returns its blob index.</summary>
    public byte[] Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong fileNumber = 8, ulong? expiration = null)
    {
        int start = _bytes.Count;
        UInt64((ulong)key.Length).UInt64((ulong)value.Length).UInt64(expiration ?? 0);
        UInt32(WalBytes.MaskedCrc32C([.. _bytes[start..]]));
        UInt32(WalBytes.MaskedCrc32C([.. key, .. value]));
        _bytes.AddRange(key);
        int offset = _bytes.Count;
        _bytes.AddRange(value);
        _count++;
        return Index(fileNumber, (ulong)offset, (ulong)value.Length, _compression, expiration);
    }

    /// <summary>Adds the footer of a file that was closed.</summary>
    public BlobFileBuilder Footer()
    {
        int start = _bytes.Count;
        UInt32(2395959).UInt64(_count).UInt64(0).UInt64(0);
        return UInt32(WalBytes.MaskedCrc32C([.. _bytes[start..]]));
    }

    public static byte[] Index(ulong fileNumber, ulong offset, ulong size, CompressionType compression, ulong? expiration = null) =>
    [
        .. expiration is null ? [1] : (byte[])[2, .. WalBytes.Varint(expiration.Value)],
        .. WalBytes.Varint(fileNumber), .. WalBytes.Varint(offset), .. WalBytes.Varint(size), (byte)compression,
    ];

    private BlobFileBuilder UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    private BlobFileBuilder UInt64(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }
}
