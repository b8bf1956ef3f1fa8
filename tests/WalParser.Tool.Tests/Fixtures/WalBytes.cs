using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>Lays logs and batches by hand, byte by byte as the format has it, without the library's help.</summary>
internal static class WalBytes
{
    private const byte Full = 1;
    private const byte RecyclableFull = 5;
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>A record in one fragment.</summary>
    public static byte[] Record(params byte[] payload) => Fragment(Full, payload);

    /// <summary>A record whose size divides that of a block: any number of them is a log without damage.</summary>
    public static byte[] RecordOf1024Bytes() => Record(Batch(1, 1, Put("k", new string('v', 1000))));

    /// <summary>A record in one fragment that carries a log number.</summary>
    public static byte[] RecyclableRecord(uint logNumber, byte[] payload)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, logNumber);
        return Fragment(RecyclableFull, payload, number);
    }

    /// <summary>A fragment of any type.</summary>
    public static byte[] Fragment(byte type, byte[] payload, byte[]? logNumber = null)
    {
        byte[] header = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(header, MaskedCrc32C([type, .. logNumber ?? [], .. payload]));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)payload.Length);
        return [.. header, type, .. logNumber ?? [], .. payload];
    }

    /// <summary>A batch: its header, then operations.</summary>
    public static byte[] Batch(ulong sequence, uint count, params byte[][] operations)
    {
        byte[] header = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), count);
        return [.. header, .. operations.SelectMany(operation => operation)];
    }

    public static byte[] Put(string key, string value) => Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    public static byte[] Put(byte[] key, byte[] value) => [0x01, .. Field(key), .. Field(value)];

    public static byte[] Put(byte columnFamily, string key, string value) =>
        [0x05, columnFamily, .. Put(key, value).AsSpan(1)];

    public static byte[] PutEntity(string key, byte[] entity) => [0x16, .. Field(Encoding.UTF8.GetBytes(key)), .. Field(entity)];

    public static byte[] DeleteRange(string from, string to) =>
        [0x0F, .. Field(Encoding.UTF8.GetBytes(from)), .. Field(Encoding.UTF8.GetBytes(to))];

    public static byte[] LogData(string data) => [0x03, .. Field(Encoding.UTF8.GetBytes(data))];

    public static byte[] Noop() => [0x0D];

    public static byte[] CommitWithTimestamp(string timestamp, string xid) =>
        [0x15, .. Field(Encoding.UTF8.GetBytes(timestamp)), .. Field(Encoding.UTF8.GetBytes(xid))];

    /// <summary>CRC-32C by the bare instruction, to check what the library computes its own way.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The checksum as RocksDB stores it.</summary>
    public static uint MaskedCrc32C(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C(bytes), 15) + MaskDelta;

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    /// <summary>Bytes with their length before them.</summary>
    public static byte[] Field(byte[] bytes) => [.. Varint((ulong)bytes.Length), .. bytes];
}
