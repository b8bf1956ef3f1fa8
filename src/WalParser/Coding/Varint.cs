using System.Numerics;

namespace WalParser.Coding;

/// <summary>
/// Base-128 integers, least significant group first, as RocksDB's <c>util/coding.h</c> reads and writes them. A varint32 has at most five
/// bytes and a varint64 at most ten; bits that overflow the integer are ignored.
/// </summary>
public static class Varint
{
    /// <summary>Reads a varint32 from the front of <paramref name="input"/>.</summary>
    /// <param name="input">The bytes; those after the varint when the method returns true, unchanged if it returns false.</param>
    /// <param name="value">The integer; unspecified if the method returns false.</param>
    /// <returns>False if the input ends in the varint, or the varint is longer than five bytes.</returns>
    public static bool TryRead32(scoped ref ReadOnlySpan<byte> input, out uint value)
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

    /// <summary>Reads a varint64 from the front of <paramref name="input"/>.</summary>
    /// <param name="input">The bytes; those after the varint when the method returns true, unchanged if it returns false.</param>
    /// <param name="value">The integer; unspecified if the method returns false.</param>
    /// <returns>False if the input ends in the varint, or the varint is longer than ten bytes.</returns>
    public static bool TryRead64(scoped ref ReadOnlySpan<byte> input, out ulong value)
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

    /// <summary>Returns the size, in bytes, of the shortest varint of <paramref name="value"/>: 1 to 10.</summary>
    public static int SizeOf(ulong value) => ((BitOperations.Log2(value) * 9) + 73) / 64;

    /// <summary>Writes the shortest varint of <paramref name="value"/>, and returns its size in bytes.</summary>
    /// <exception cref="IndexOutOfRangeException"><paramref name="output"/> is shorter than <see cref="SizeOf"/> reports.</exception>
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
