using System.Buffers.Binary;

namespace WalParser.Kvrocks.Rdb;

// The length of a string, or the number of elements (Redis, src/rdb.c, rdbSaveLen):
//
//   00xxxxxx                  6 bits
//   01xxxxxx xxxxxxxx         14 bits, big-endian
//   10000000 and 4 bytes      32 bits, big-endian
//   10000001 and 8 bytes      64 bits, big-endian
//   110000nn                  no length, but a string that is an integer of 1, 2 or 4 bytes (nn = 0, 1, 2), little-endian

/// <summary>
/// Writes the parts that all values of an RDB file consist of, through a buffer, and computes the checksum. No value is compressed.
/// </summary>
internal sealed class RdbOutput(Stream stream)
{
    private const int BufferSize = 64 * 1024;
    private const int LongestIntegerText = 11;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _length;
    private ulong _checksum;

    public void WriteByte(byte value) => WriteRaw([value]);

    /// <summary>Writes bytes without their length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferSize - _length)
        {
            Flush();
            if (bytes.Length > BufferSize)
            {
                _checksum = Crc64.Append(_checksum, bytes);
                stream.Write(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public void WriteLength(ulong length)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(ulong)];
        switch (length)
        {
            case < 1 << 6:
                bytes[0] = (byte)length;
                WriteRaw(bytes[..1]);
                break;
            case < 1 << 14:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(0x4000 | length));
                WriteRaw(bytes[..sizeof(ushort)]);
                break;
            case <= uint.MaxValue:
                bytes[0] = 0x80;
                BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)length);
                WriteRaw(bytes[..(1 + sizeof(uint))]);
                break;
            default:
                bytes[0] = 0x81;
                BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], length);
                WriteRaw(bytes);
                break;
        }
    }

    public void WriteLength(int length) => WriteLength((ulong)length);

    /// <summary>Writes a string. One that is the decimal form of an integer of 32 bits is written as Redis does, as the integer.</summary>
    public void WriteString(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LongestIntegerText && CanonicalInteger.TryParse(text, out long number) && number == (int)number)
        {
            WriteInteger((int)number);
            return;
        }

        WriteLength(text.Length);
        WriteRaw(text);
    }

    /// <summary>Writes 8 bytes, little-endian, as all times are; what is later than a server can compute with is the latest time.</summary>
    public void WriteMilliseconds(ulong milliseconds)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Math.Min(milliseconds, long.MaxValue));
        WriteRaw(bytes);
    }

    public void WriteDouble(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        WriteRaw(bytes);
    }

    /// <summary>Writes the end of the file with the checksum of all that was written.</summary>
    public void Complete()
    {
        WriteByte(RdbCode.End);
        Flush();
        Span<byte> checksum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, _checksum);
        stream.Write(checksum);
        stream.Flush();
    }

    private void WriteInteger(int number)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(int)];
        switch (number)
        {
            case >= sbyte.MinValue and <= sbyte.MaxValue:
                bytes[0] = 0xC0;
                bytes[1] = (byte)number;
                WriteRaw(bytes[..2]);
                break;
            case >= short.MinValue and <= short.MaxValue:
                bytes[0] = 0xC1;
                BinaryPrimitives.WriteInt16LittleEndian(bytes[1..], (short)number);
                WriteRaw(bytes[..(1 + sizeof(short))]);
                break;
            default:
                bytes[0] = 0xC2;
                BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], number);
                WriteRaw(bytes);
                break;
        }
    }

    private void Flush()
    {
        _checksum = Crc64.Append(_checksum, _buffer.AsSpan(0, _length));
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
