using System.Buffers.Binary;

namespace WalParser.Checksums;

/// <summary>CRC-32C with lookup tables, eight bytes per step, for processors without a CRC-32C instruction.</summary>
internal static class Crc32CPortable
{
    private const int Slices = 8;

    /// <summary>The states by byte: entry (256 · k + b) is the state that byte b produces, followed by k zero bytes.</summary>
    private static readonly uint[] Table = MakeTable();

    public static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> table = Table;
        while (data.Length >= Slices)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data) ^ state;
            state = table[(7 * 256) + (byte)word]
                ^ table[(6 * 256) + (byte)(word >> 8)]
                ^ table[(5 * 256) + (byte)(word >> 16)]
                ^ table[(4 * 256) + (byte)(word >> 24)]
                ^ table[(3 * 256) + (byte)(word >> 32)]
                ^ table[(2 * 256) + (byte)(word >> 40)]
                ^ table[256 + (byte)(word >> 48)]
                ^ table[(byte)(word >> 56)];
            data = data[Slices..];
        }

        foreach (byte value in data)
        {
            state = (state >> 8) ^ table[(byte)(state ^ value)];
        }

        return state;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint state = value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ (Crc32CPolynomial.Reflected & (0u - (state & 1)));
            }

            table[value] = state;
        }

        for (int entry = 256; entry < table.Length; entry++)
        {
            uint shorter = table[entry - 256];
            table[entry] = (shorter >> 8) ^ table[(byte)shorter];
        }

        return table;
    }
}
