using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace WalParser.TestSupport.Logs;

/// <summary>Returns the bytes of records, batches and operations, from the description of the format and without the library.</summary>
public static class WalBytes
{
    private const byte Full = 1;
    private const byte RecyclableFull = 5;
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>Returns a record in one fragment.</summary>
    public static byte[] Record(params byte[] payload) => Fragment(Full, payload);

    /// <summary>Returns a record whose size divides the size of a block, so that any number of them is a log without damage.</summary>
    public static byte[] RecordOf1024Bytes() => Record(Batch(1, 1, Put("k", new string('v', 1000))));

    /// <summary>Returns a record in one fragment that carries a log number.</summary>
    public static byte[] RecyclableRecord(uint logNumber, byte[] payload)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, logNumber);
        return Fragment(RecyclableFull, payload, number);
    }

    /// <summary>Returns a fragment of any type.</summary>
    public static byte[] Fragment(byte type, byte[] payload, byte[]? logNumber = null)
    {
        byte[] header = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(header, MaskedCrc32C([type, .. logNumber ?? [], .. payload]));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)payload.Length);
        return [.. header, type, .. logNumber ?? [], .. payload];
    }

    /// <summary>Returns a batch: its header and its operations.</summary>
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

    /// <summary>
    /// Computes a CRC-32C with the instruction of the processor. It does not use the library's implementation, which it checks.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The CRC-32C of the bytes before these; 0 if there are none.</param>
    public static uint Crc32C(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>Returns the checksum in the form that RocksDB stores.</summary>
    public static uint MaskedCrc32C(ReadOnlySpan<byte> bytes) => Mask(Crc32C(bytes));

    /// <summary>Returns the form of a CRC-32C that RocksDB stores (<c>util/crc32c.h</c>).</summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    /// <summary>Returns bytes after their length.</summary>
    public static byte[] Field(byte[] bytes) => [.. Varint((ulong)bytes.Length), .. bytes];
}
