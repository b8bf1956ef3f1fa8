using System.Numerics;

namespace WalParser.Coding;

/// <summary>
/// Base-128 integers, with the least significant group first, as RocksDB's <c>util/coding.h</c> reads them: at most five or ten bytes,
/// where bits that overflow the integer are discarded.
/// </summary>
internal static class Varint
{
    /// <summary>Reads a varint32 from the front of <paramref name="input"/>, which must not be used after a failure.</summary>
    public static bool TryRead32(ref ReadOnlySpan<byte> input, out uint value)
    {
        value = 0;
        for (int i = 0; i < 5 && i < input.Length; i++)
        {
            value |= (uint)(input[i] & 0x7F) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a varint64 from the front of <paramref name="input"/>, which must not be used after a failure.</summary>
    public static bool TryRead64(ref ReadOnlySpan<byte> input, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < input.Length; i++)
        {
            value |= (ulong)(input[i] & 0x7F) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the size of the shortest varint of <paramref name="value"/>, in bytes.</summary>
    public static int SizeOf(ulong value) => ((BitOperations.Log2(value) * 9) + 73) / 64;

    /// <summary>Writes the shortest varint of <paramref name="value"/>, and returns its size in bytes.</summary>
    public static int Write(Span<byte> output, ulong value)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            output[length++] = (byte)(value | 0x80);
        }

        output[length++] = (byte)value;
        return length;
    }
}
