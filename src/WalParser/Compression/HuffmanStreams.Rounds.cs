using System.Numerics;
using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <content>The fast loops over four streams at once, as far as they can go without looking where streams and quarters end.</content>
internal static unsafe partial class HuffmanStreams
{
    // One literal of each stream a step. The quarters are filled evenly.
    private static void DecodeSingles(
        byte* source1,
        byte* source2,
        byte* source3,
        byte* source4,
        ref byte* from1,
        ref byte* from2,
        ref byte* from3,
        ref byte* from4,
        ref ulong word1,
        ref ulong word2,
        ref ulong word3,
        ref ulong word4,
        ref byte* output,
        nint quarter,
        byte* end,
        ushort* table,
        int tableLog)
    {
        // Copies, so that they can be kept in registers.
        var (position1, position2, position3, position4) = ((nint)from1, (nint)from2, (nint)from3, (nint)from4);
        var (bits1, bits2, bits3, bits4) = (word1, word2, word3, word4);
        var to = output;
        var shift = 64 - tableLog;
        var perRound = tableLog <= 11 ? 5 : 4;
        while (true)
        {
            // One round takes no more than seven bytes of each stream and puts no more than five literals into each
            // quarter, so this many rounds stay inside of every stream and every quarter; the last quarter is the shortest.
            var rounds = Math.Min(
                Math.Min(
                    Math.Min(position1 - (nint)source1, position2 - (nint)source2),
                    Math.Min(position3 - (nint)source3, position4 - (nint)source4)) / 7,
                (nint)(end - to - (3 * quarter)) / 5);
            if (rounds <= 0)
            {
                break;
            }

            do
            {
                uint cell1;
                uint cell2;
                uint cell3;
                uint cell4;
                var to3 = to + (3 * quarter);
                cell1 = table[bits1 >> shift];
                cell2 = table[bits2 >> shift];
                cell3 = table[bits3 >> shift];
                cell4 = table[bits4 >> shift];
                to[0] = (byte)(cell1 >> 8);
                to[quarter + 0] = (byte)(cell2 >> 8);
                to[(2 * quarter) + 0] = (byte)(cell3 >> 8);
                to3[0] = (byte)(cell4 >> 8);
                bits1 <<= (int)cell1;
                bits2 <<= (int)cell2;
                bits3 <<= (int)cell3;
                bits4 <<= (int)cell4;

                cell1 = table[bits1 >> shift];
                cell2 = table[bits2 >> shift];
                cell3 = table[bits3 >> shift];
                cell4 = table[bits4 >> shift];
                to[1] = (byte)(cell1 >> 8);
                to[quarter + 1] = (byte)(cell2 >> 8);
                to[(2 * quarter) + 1] = (byte)(cell3 >> 8);
                to3[1] = (byte)(cell4 >> 8);
                bits1 <<= (int)cell1;
                bits2 <<= (int)cell2;
                bits3 <<= (int)cell3;
                bits4 <<= (int)cell4;

                cell1 = table[bits1 >> shift];
                cell2 = table[bits2 >> shift];
                cell3 = table[bits3 >> shift];
                cell4 = table[bits4 >> shift];
                to[2] = (byte)(cell1 >> 8);
                to[quarter + 2] = (byte)(cell2 >> 8);
                to[(2 * quarter) + 2] = (byte)(cell3 >> 8);
                to3[2] = (byte)(cell4 >> 8);
                bits1 <<= (int)cell1;
                bits2 <<= (int)cell2;
                bits3 <<= (int)cell3;
                bits4 <<= (int)cell4;

                cell1 = table[bits1 >> shift];
                cell2 = table[bits2 >> shift];
                cell3 = table[bits3 >> shift];
                cell4 = table[bits4 >> shift];
                to[3] = (byte)(cell1 >> 8);
                to[quarter + 3] = (byte)(cell2 >> 8);
                to[(2 * quarter) + 3] = (byte)(cell3 >> 8);
                to3[3] = (byte)(cell4 >> 8);
                bits1 <<= (int)cell1;
                bits2 <<= (int)cell2;
                bits3 <<= (int)cell3;
                bits4 <<= (int)cell4;

                if (perRound == 5)
                {
                    cell1 = table[bits1 >> shift];
                    cell2 = table[bits2 >> shift];
                    cell3 = table[bits3 >> shift];
                    cell4 = table[bits4 >> shift];
                    to[4] = (byte)(cell1 >> 8);
                    to[quarter + 4] = (byte)(cell2 >> 8);
                    to[(2 * quarter) + 4] = (byte)(cell3 >> 8);
                    to3[4] = (byte)(cell4 >> 8);
                    bits1 <<= (int)cell1;
                    bits2 <<= (int)cell2;
                    bits3 <<= (int)cell3;
                    bits4 <<= (int)cell4;
                }

                to += perRound;
                Reload(ref position1, ref bits1);
                Reload(ref position2, ref bits2);
                Reload(ref position3, ref bits3);
                Reload(ref position4, ref bits4);
            }
            while (--rounds > 0);
        }

        from1 = (byte*)position1;
        from2 = (byte*)position2;
        from3 = (byte*)position3;
        from4 = (byte*)position4;
        (word1, word2, word3, word4) = (bits1, bits2, bits3, bits4);
        output = to;
    }

    // One or two literals of each stream a step: a cell holds the literals in its low half, the bits they take in the byte
    // above and their number in the highest.
    private static void DecodePairs(
        byte* source1,
        byte* source2,
        byte* source3,
        byte* source4,
        ref byte* from1,
        ref byte* from2,
        ref byte* from3,
        ref byte* from4,
        ref ulong word1,
        ref ulong word2,
        ref ulong word3,
        ref ulong word4,
        ref byte* output1,
        ref byte* output2,
        ref byte* output3,
        ref byte* output4,
        byte* end,
        uint* pairs,
        int tableLog)
    {
        var (position1, position2, position3, position4) = ((nint)from1, (nint)from2, (nint)from3, (nint)from4);
        var (bits1, bits2, bits3, bits4) = (word1, word2, word3, word4);
        var (end1, end2, end3) = ((nint)output2, (nint)output3, (nint)output4);
        var to1 = output1;
        var to2 = output2;
        var to3 = output3;
        var to4 = output4;
        var shift = 64 - tableLog;
        while (true)
        {
            // One round takes no more than seven bytes of a stream, five times eleven bits, and puts out no more than ten.
            var rounds = Math.Min(
                Math.Min(
                    Math.Min(position1 - (nint)source1, position2 - (nint)source2),
                    Math.Min(position3 - (nint)source3, position4 - (nint)source4)) / 7,
                Math.Min(
                    Math.Min(end1 - (nint)to1, end2 - (nint)to2),
                    Math.Min(end3 - (nint)to3, (nint)(end - to4))) / 10);
            if (rounds <= 0)
            {
                break;
            }

            do
            {
                uint cell;
                cell = pairs[bits1 >> shift];
                Unsafe.WriteUnaligned(to1, (ushort)cell);
                bits1 <<= (int)(cell >> 16);
                to1 += cell >> 24;
                cell = pairs[bits2 >> shift];
                Unsafe.WriteUnaligned(to2, (ushort)cell);
                bits2 <<= (int)(cell >> 16);
                to2 += cell >> 24;
                cell = pairs[bits3 >> shift];
                Unsafe.WriteUnaligned(to3, (ushort)cell);
                bits3 <<= (int)(cell >> 16);
                to3 += cell >> 24;
                cell = pairs[bits4 >> shift];
                Unsafe.WriteUnaligned(to4, (ushort)cell);
                bits4 <<= (int)(cell >> 16);
                to4 += cell >> 24;

                cell = pairs[bits1 >> shift];
                Unsafe.WriteUnaligned(to1, (ushort)cell);
                bits1 <<= (int)(cell >> 16);
                to1 += cell >> 24;
                cell = pairs[bits2 >> shift];
                Unsafe.WriteUnaligned(to2, (ushort)cell);
                bits2 <<= (int)(cell >> 16);
                to2 += cell >> 24;
                cell = pairs[bits3 >> shift];
                Unsafe.WriteUnaligned(to3, (ushort)cell);
                bits3 <<= (int)(cell >> 16);
                to3 += cell >> 24;
                cell = pairs[bits4 >> shift];
                Unsafe.WriteUnaligned(to4, (ushort)cell);
                bits4 <<= (int)(cell >> 16);
                to4 += cell >> 24;

                cell = pairs[bits1 >> shift];
                Unsafe.WriteUnaligned(to1, (ushort)cell);
                bits1 <<= (int)(cell >> 16);
                to1 += cell >> 24;
                cell = pairs[bits2 >> shift];
                Unsafe.WriteUnaligned(to2, (ushort)cell);
                bits2 <<= (int)(cell >> 16);
                to2 += cell >> 24;
                cell = pairs[bits3 >> shift];
                Unsafe.WriteUnaligned(to3, (ushort)cell);
                bits3 <<= (int)(cell >> 16);
                to3 += cell >> 24;
                cell = pairs[bits4 >> shift];
                Unsafe.WriteUnaligned(to4, (ushort)cell);
                bits4 <<= (int)(cell >> 16);
                to4 += cell >> 24;

                cell = pairs[bits1 >> shift];
                Unsafe.WriteUnaligned(to1, (ushort)cell);
                bits1 <<= (int)(cell >> 16);
                to1 += cell >> 24;
                cell = pairs[bits2 >> shift];
                Unsafe.WriteUnaligned(to2, (ushort)cell);
                bits2 <<= (int)(cell >> 16);
                to2 += cell >> 24;
                cell = pairs[bits3 >> shift];
                Unsafe.WriteUnaligned(to3, (ushort)cell);
                bits3 <<= (int)(cell >> 16);
                to3 += cell >> 24;
                cell = pairs[bits4 >> shift];
                Unsafe.WriteUnaligned(to4, (ushort)cell);
                bits4 <<= (int)(cell >> 16);
                to4 += cell >> 24;

                cell = pairs[bits1 >> shift];
                Unsafe.WriteUnaligned(to1, (ushort)cell);
                bits1 <<= (int)(cell >> 16);
                to1 += cell >> 24;
                cell = pairs[bits2 >> shift];
                Unsafe.WriteUnaligned(to2, (ushort)cell);
                bits2 <<= (int)(cell >> 16);
                to2 += cell >> 24;
                cell = pairs[bits3 >> shift];
                Unsafe.WriteUnaligned(to3, (ushort)cell);
                bits3 <<= (int)(cell >> 16);
                to3 += cell >> 24;
                cell = pairs[bits4 >> shift];
                Unsafe.WriteUnaligned(to4, (ushort)cell);
                bits4 <<= (int)(cell >> 16);
                to4 += cell >> 24;

                Reload(ref position1, ref bits1);
                Reload(ref position2, ref bits2);
                Reload(ref position3, ref bits3);
                Reload(ref position4, ref bits4);
            }
            while (--rounds > 0);
        }

        from1 = (byte*)position1;
        from2 = (byte*)position2;
        from3 = (byte*)position3;
        from4 = (byte*)position4;
        (word1, word2, word3, word4) = (bits1, bits2, bits3, bits4);
        output1 = to1;
        output2 = to2;
        output3 = to3;
        output4 = to4;
    }

    // Moves a word of the fast loop back over the whole bytes used, of which there are at most seven.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reload(ref nint position, ref ulong bits)
    {
        var used = BitOperations.TrailingZeroCount(bits);
        position -= used >> 3;
        bits = (Unsafe.ReadUnaligned<ulong>((byte*)position) | 1) << (used & 7);
    }
}
