using System.Numerics;
using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <summary>Decodes literals from one or four Huffman-coded streams (RFC 8878, section 4.2.2).</summary>
/// <remarks>
/// Streams are read backwards. A word of a stream is loaded so that its last bit is the word's highest; the number of bits used of
/// it is kept apart. Every load is of eight bytes inside of the stream, shorter streams being put into a word byte by byte.
/// </remarks>
internal static unsafe partial class HuffmanStreams
{
    private const int JumpTableLength = 6;

    /// <summary>Decodes exactly <paramref name="outputLength"/> literals from one stream that holds exactly these.</summary>
    public static bool DecodeOne(byte* source, int length, byte* output, int outputLength, ushort* table, int tableLog) =>
        TryOpen(source, length, out var position, out var word, out var used)
        && Finish(source, position, word, used, output, output + outputLength, table, tableLog);

    /// <summary>Decodes exactly <paramref name="outputLength"/> literals from four streams that hold a quarter each.</summary>
    /// <param name="source">The jump table, then the streams.</param>
    /// <param name="length">How many bytes these take.</param>
    /// <param name="output">Where the literals go.</param>
    /// <param name="outputLength">How many there are.</param>
    /// <param name="table">The table of single literals.</param>
    /// <param name="pairs">The same table of pairs of literals, of a table of no more than 11 bits; or null.</param>
    /// <param name="tableLog">The binary logarithm of the tables' size.</param>
    /// <returns>Whether the streams are good.</returns>
    public static bool DecodeFour(byte* source, int length, byte* output, int outputLength, ushort* table, uint* pairs, int tableLog)
    {
        if (length < JumpTableLength + 4 || outputLength < 6)
        {
            return false;
        }

        int length1 = Unsafe.ReadUnaligned<ushort>(source);
        int length2 = Unsafe.ReadUnaligned<ushort>(source + 2);
        int length3 = Unsafe.ReadUnaligned<ushort>(source + 4);
        var length4 = length - JumpTableLength - length1 - length2 - length3;
        var quarter = (outputLength + 3) / 4;
        if (length4 < 1 || quarter * 3 > outputLength)
        {
            return false;
        }

        var source1 = source + JumpTableLength;
        var source2 = source1 + length1;
        var source3 = source2 + length2;
        var source4 = source3 + length3;
        var end = output + outputLength;
        var output1 = output;
        var output2 = output1 + quarter;
        var output3 = output2 + quarter;
        var output4 = output3 + quarter;
        if (!TryOpen(source1, length1, out var position1, out var word1, out var used1)
            || !TryOpen(source2, length2, out var position2, out var word2, out var used2)
            || !TryOpen(source3, length3, out var position3, out var word3, out var used3)
            || !TryOpen(source4, length4, out var position4, out var word4, out var used4))
        {
            return false;
        }

        if (length1 >= 8 && length2 >= 8 && length3 >= 8 && length4 >= 8)
        {
            // The lowest bit of a word marks its end, so that the bits used can be counted from it: at most 7 + 5 * 11 or
            // 7 + 4 * 12 bits of a word are used before it is loaded anew, the mark never is.
            var bits1 = (word1 | 1) << used1;
            var bits2 = (word2 | 1) << used2;
            var bits3 = (word3 | 1) << used3;
            var bits4 = (word4 | 1) << used4;
            if (pairs != null)
            {
                DecodePairs(
                    source1, source2, source3, source4,
                    ref position1, ref position2, ref position3, ref position4,
                    ref bits1, ref bits2, ref bits3, ref bits4,
                    ref output1, ref output2, ref output3, ref output4,
                    end, pairs, tableLog);
            }
            else
            {
                DecodeSingles(
                    source1, source2, source3, source4,
                    ref position1, ref position2, ref position3, ref position4,
                    ref bits1, ref bits2, ref bits3, ref bits4,
                    ref output1, quarter, end, table, tableLog);
                output2 = output1 + quarter;
                output3 = output2 + quarter;
                output4 = output3 + quarter;
            }

            Resume(position1, bits1, out word1, out used1);
            Resume(position2, bits2, out word2, out used2);
            Resume(position3, bits3, out word3, out used3);
            Resume(position4, bits4, out word4, out used4);
        }

        return Finish(source1, position1, word1, used1, output1, output + quarter, table, tableLog)
            && Finish(source2, position2, word2, used2, output2, output + (2 * quarter), table, tableLog)
            && Finish(source3, position3, word3, used3, output3, output + (3 * quarter), table, tableLog)
            && Finish(source4, position4, word4, used4, output4, end, table, tableLog);
    }

    // Loads the last eight bytes of a stream; a shorter one is put at the bottom of a word, whose top then counts as used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryOpen(byte* source, int length, out byte* position, out ulong word, out int used)
    {
        position = source;
        word = 0;
        used = 0;
        if (length < 1 || source[length - 1] == 0)
        {
            return false;
        }

        // The highest bit set in the last byte ends the stream, the bits below it are the first.
        used = BitOperations.LeadingZeroCount((uint)source[length - 1]) - 24 + 1;
        if (length >= 8)
        {
            position = source + length - 8;
            word = Unsafe.ReadUnaligned<ulong>(position);
            return true;
        }

        for (var i = 0; i < length; i++)
        {
            word |= (ulong)source[i] << (8 * i);
        }

        used += 8 * (8 - length);
        return true;
    }

    private static void Resume(byte* position, ulong bits, out ulong word, out int used)
    {
        word = Unsafe.ReadUnaligned<ulong>(position);
        used = BitOperations.TrailingZeroCount(bits);
    }

    // Decodes the rest of a stream. position is where the word was loaded from, source the first byte of the stream.
    private static bool Finish(byte* source, byte* position, ulong word, int used, byte* output, byte* end, ushort* table, int tableLog)
    {
        var shift = 64 - tableLog;
        while (end - output >= 4 && position - source >= 8)
        {
            // No more than 64 bits are used, so this goes back over eight bytes at most; and 7 + 4 * 12 bits are in one word.
            position -= used >> 3;
            used &= 7;
            word = Unsafe.ReadUnaligned<ulong>(position);
            uint cell = table[(word << used) >> shift];
            output[0] = (byte)(cell >> 8);
            used += (byte)cell;
            cell = table[(word << used) >> shift];
            output[1] = (byte)(cell >> 8);
            used += (byte)cell;
            cell = table[(word << used) >> shift];
            output[2] = (byte)(cell >> 8);
            used += (byte)cell;
            cell = table[(word << used) >> shift];
            output[3] = (byte)(cell >> 8);
            used += (byte)cell;
            output += 4;
        }

        while (output < end)
        {
            if (used > shift)
            {
                var back = Math.Min(used >> 3, (int)(position - source));
                if (back > 0)
                {
                    position -= back;
                    used -= back * 8;
                    word = Unsafe.ReadUnaligned<ulong>(position);
                }

                if (used >= 64)
                {
                    return false;
                }
            }

            uint cell = table[(word << used) >> shift];
            *output++ = (byte)(cell >> 8);
            used += (byte)cell;
        }

        // Every bit has to be used, and no more than there are.
        return used == 64 + (8 * (position - source));
    }
}
