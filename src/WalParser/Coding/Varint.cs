using System.Numerics;

namespace WalParser.Coding;

/// <summary>
/// Base-128 integers, least significant group first, as RocksDB's <c>util/coding.h</c> reads them: of five or ten bytes at the
/// most, and what overflows the integer is lost.
/// </summary>
internal static class Varint
{
    /// <summary>Takes a varint32 from the front of <paramref name="input"/>, which is not to be used after a failure.</summary>
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

    /// <summary>Takes a varint64 from the front of <paramref name="input"/>, which is not to be used after a failure.</summary>
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

    /// <summary>The size in bytes of the shortest varint of <paramref name="value"/>.</summary>
    public static int SizeOf(ulong value) => ((BitOperations.Log2(value) * 9) + 73) / 64;

    /// <summary>Writes the shortest varint of <paramref name="value"/>, and returns its size.</summary>
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
