using System.Buffers.Binary;
using System.Text;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Aot.Tests;

/// <summary>
/// A log whose values are in blob files, one file for each compression, created byte by byte. The values were compressed with the reference
/// programs that testdata/compression names, because RocksDB wrote no fixture with Zlib or LZ4HC.
/// </summary>
internal static class BlobDatabase
{
    private const uint Magic = 2395959;
    private const int HeaderSize = 30;
    private const int RecordHeaderSize = 32;
    private const byte PutBlobIndex = 0x11;

    // The frame of the file text-9.lz4: magic number, flags, block size and checksum of the header; then the size of its only block.
    private const int Lz4FrameHeaderSize = 7;

    /// <summary>The compressions, by their names and RocksDB's numbers.</summary>
    public static IReadOnlyList<(string Name, byte Type)> Compressions =>
        [("Snappy", 1), ("Zlib", 2), ("LZ4", 4), ("LZ4HC", 5), ("Zstd", 7)];

    /// <summary>Writes the database into a folder. The keys are the names of the compressions.</summary>
    public static void Write(TempFolder folder)
    {
        List<byte[]> operations = [];
        foreach ((string name, byte type) in Compressions)
        {
            byte[] key = Encoding.UTF8.GetBytes(name);
            byte[] value = Compressed(name);
            ulong fileNumber = type;
            folder.Write($"{fileNumber:D6}.blob", BlobFile(type, key, value));

            // A blob index: its kind, the number of the file, the offset of the value, its size, its compression (db/blob/blob_index.h).
            ulong offset = (ulong)(HeaderSize + RecordHeaderSize + key.Length);
            byte[] index = [1, .. WalBytes.Varint(fileNumber), .. WalBytes.Varint(offset), .. WalBytes.Varint((ulong)value.Length), type];
            operations.Add([PutBlobIndex, .. WalBytes.Field(key), .. WalBytes.Field(index)]);
        }

        folder.Write("000010.log", WalBytes.Record(WalBytes.Batch(1, (uint)operations.Count, [.. operations])));
    }

    /// <summary>
    /// Returns the value as RocksDB stores it: for all compressions except Snappy, after the size of the content as a varint32.
    /// </summary>
    private static byte[] Compressed(string compression)
    {
        byte[] size = WalBytes.Varint((ulong)TextSize);
        return compression switch
        {
            "Snappy" => Reference("text.snappy"),
            "Zlib" => [.. size, .. Reference("text.deflate")],
            "LZ4" => [.. size, .. Lz4Block("text-1.lz4")],
            "LZ4HC" => [.. size, .. Lz4Block("text-9.lz4")],
            "Zstd" => [.. size, .. Reference("text-3.zst")],
            _ => throw new ArgumentException($"Nothing here is compressed with {compression}.", nameof(compression)),
        };
    }

    /// <summary>Returns the size of the content of all these files, as stated in contents.txt.</summary>
    public static int TextSize => 8000;

    private static byte[] Reference(string name) => File.ReadAllBytes(TestFiles.Committed(Path.Combine("compression", name)));

    private static byte[] Lz4Block(string name)
    {
        byte[] frame = Reference(name);
        int size = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(Lz4FrameHeaderSize));
        int start = Lz4FrameHeaderSize + sizeof(int);
        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(start + size))); // No other block.
        return frame[start..(start + size)];
    }

    /// <summary>Creates a blob file of one record without a footer, as it exists after a crash (db/blob/blob_log_format.h).</summary>
    private static byte[] BlobFile(byte compression, byte[] key, byte[] value)
    {
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 1); // The version.
        header[13] = compression;
        byte[] record = new byte[RecordHeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)key.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8), (ulong)value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(24), WalBytes.MaskedCrc32C(record.AsSpan(0, 24)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(28), WalBytes.MaskedCrc32C([.. key, .. value]));
        return [.. header, .. record, .. key, .. value];
    }
}
