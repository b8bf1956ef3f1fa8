using System.Buffers.Binary;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// The checksum at the end of an RDB file: CRC-64 with the polynomial of Jones (0xad93d23594c935a9), reflected, with the initial value 0
/// and without a final inversion (Redis, <c>src/crc64.c</c>). The check value of "123456789" is 0xe9c6d914c4b8d9ca.
/// </summary>
internal static class Crc64
{
    private const ulong ReflectedPolynomial = 0x95AC9329AC4BC9B5;
    private const int Slices = sizeof(ulong);

    /// <summary>For each of eight bytes, the checksum of the byte followed by as many zeros as follow it among the eight.</summary>
    private static readonly ulong[][] Tables = MakeTables();

    /// <summary>Returns the checksum of bytes that follow those whose checksum is <paramref name="crc"/>.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong next = 0;
            for (int i = 0; i < Slices; i++)
            {
                next ^= Tables[Slices - 1 - i][(byte)(crc >> (8 * i))];
            }

            crc = next;
        }

        foreach (byte value in bytes)
        {
            crc = Tables[0][(byte)crc ^ value] ^ (crc >> 8);
        }

        return crc;
    }

    private static ulong[][] MakeTables()
    {
        ulong[][] tables = [.. Enumerable.Range(0, Slices).Select(_ => new ulong[256])];
        for (int value = 0; value < 256; value++)
        {
            ulong crc = (ulong)value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ ReflectedPolynomial : crc >> 1;
            }

            tables[0][value] = crc;
        }

        for (int slice = 1; slice < Slices; slice++)
        {
            for (int value = 0; value < 256; value++)
            {
                ulong before = tables[slice - 1][value];
                tables[slice][value] = tables[0][(byte)before] ^ (before >> 8);
            }
        }

        return tables;
    }
}
