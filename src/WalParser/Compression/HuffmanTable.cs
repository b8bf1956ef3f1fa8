using System.Numerics;
using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <summary>
/// The decoding table of literals (RFC 8878, section 4.2.1): indexed by the next bits of a stream, a cell holds the number of bits
/// of the code in its low byte and the literal in its high byte.
/// </summary>
internal static unsafe class HuffmanTable
{
    /// <summary>The longest code accepted. The format asks for no more than 11; libzstd reads 12.</summary>
    public const int MaximumLog = 12;

    private const int WeightsMaximumLog = 6;
    private const int MaximumSymbols = 256;

    /// <summary>Reads the description of a tree and builds the table.</summary>
    /// <param name="source">The first byte of the description.</param>
    /// <param name="length">How many bytes may be read.</param>
    /// <param name="table">Room for two to the power of <see cref="MaximumLog"/> cells.</param>
    /// <param name="tableLog">The binary logarithm of the table's size.</param>
    /// <returns>How many bytes the description takes, or -1 for a bad one.</returns>
    [SkipLocalsInit]
    public static int Read(byte* source, int length, ushort* table, out int tableLog)
    {
        tableLog = 0;
        if (length == 0)
        {
            return -1;
        }

        var weights = stackalloc byte[MaximumSymbols];
        int used;
        int count;
        int header = source[0];
        if (header >= 128)
        {
            count = header - 127;
            used = 1 + ((count + 1) / 2);
            if (used > length)
            {
                return -1;
            }

            for (var i = 0; i < count; i++)
            {
                int pair = source[1 + (i / 2)];
                weights[i] = (byte)((i & 1) == 0 ? pair >> 4 : pair & 15);
            }
        }
        else
        {
            used = 1 + header;
            if (used > length)
            {
                return -1;
            }

            count = ReadWeights(source + 1, header, weights);
            if (count < 0)
            {
                return -1;
            }
        }

        return Build(weights, count, table, out tableLog) ? used : -1;
    }

    /// <summary>Makes of a table one of pairs: a cell holds one or two literals, the bits they take together, and how many they are.</summary>
    /// <param name="table">The table of single literals.</param>
    /// <param name="pairs">Room for a table of the same size.</param>
    /// <param name="tableLog">The binary logarithm of the tables' size.</param>
    public static void Pair(ushort* table, uint* pairs, int tableLog)
    {
        var size = 1 << tableLog;
        for (var index = 0; index < size; index++)
        {
            uint first = table[index];
            var bits = first & 255;

            // What follows the first code, filled up with zeros; a second code counts only if it is no longer than what is known of it.
            uint second = table[(index << (int)bits) & (size - 1)];
            var together = bits + (second & 255);
            pairs[index] = together <= tableLog
                ? (first >> 8) | (second & 0xFF00) | (together << 16) | (2U << 24)
                : (first >> 8) | (bits << 16) | (1U << 24);
        }
    }

    // Weights compressed with FSE: two states take turns, until the bits run out.
    [SkipLocalsInit]
    private static int ReadWeights(byte* source, int length, byte* weights)
    {
        const int limit = MaximumSymbols - 1;
        var counts = stackalloc short[MaximumSymbols];
        var symbolCount = MaximumSymbols;
        var used = FseDistribution.Read(source, length, counts, ref symbolCount, WeightsMaximumLog, out var log);
        if (used < 0 || used >= length || source[length - 1] == 0)
        {
            return -1;
        }

        var cells = stackalloc byte[(1 << WeightsMaximumLog) + 8];
        var next = stackalloc ushort[MaximumSymbols];
        var size = 1 << log;
        FseDistribution.Spread(counts, symbolCount, log, cells, next);
        var bitCounts = stackalloc byte[1 << WeightsMaximumLog];
        var bases = stackalloc byte[1 << WeightsMaximumLog];
        for (var state = 0; state < size; state++)
        {
            uint subdivision = next[cells[state]]++;
            var bits = log - BitOperations.Log2(subdivision);
            bitCounts[state] = (byte)bits;
            bases[state] = (byte)((subdivision << bits) - (uint)size);
        }

        // The stream is read from its end; position counts the bits not read yet.
        var first = source + used;
        var position = ((length - used) * 8) - 1 - BitOperations.LeadingZeroCount((uint)source[length - 1] << 24);
        position -= log;
        var even = Bits(first, position, log);
        position -= log;
        var odd = Bits(first, position, log);
        if (position < 0)
        {
            return -1;
        }

        var count = 0;
        while (true)
        {
            if (count > limit - 2)
            {
                return -1;
            }

            weights[count++] = cells[even];
            int bits = bitCounts[even];
            position -= bits;
            if (position < 0)
            {
                weights[count++] = cells[odd];
                return count;
            }

            even = bases[even] + Bits(first, position, bits);
            (even, odd) = (odd, even);
        }
    }

    // The bits from position on, of which there are no more than six; none of them before the start of the stream.
    private static int Bits(byte* first, int position, int count)
    {
        if (position < 0)
        {
            return 0;
        }

        int value = first[position >> 3];
        if ((position & 7) + count > 8)
        {
            value |= first[(position >> 3) + 1] << 8;
        }

        return (value >> (position & 7)) & ((1 << count) - 1);
    }

    [SkipLocalsInit]
    private static bool Build(byte* weights, int count, ushort* table, out int tableLog)
    {
        tableLog = 0;
        var ranks = stackalloc int[MaximumLog + 2];
        for (var i = 0; i < MaximumLog + 2; i++)
        {
            ranks[i] = 0;
        }

        var total = 0;
        for (var i = 0; i < count; i++)
        {
            int weight = weights[i];
            if (weight > MaximumLog)
            {
                return false;
            }

            ranks[weight]++;
            total += 1 << weight >> 1;
        }

        if (total == 0)
        {
            return false;
        }

        // The last weight is not written: it is what is missing to the next power of two.
        var log = BitOperations.Log2((uint)total) + 1;
        var rest = (1 << log) - total;
        if (log > MaximumLog || !BitOperations.IsPow2(rest))
        {
            return false;
        }

        var last = BitOperations.Log2((uint)rest) + 1;
        weights[count] = (byte)last;
        ranks[last]++;
        count++;
        if (ranks[1] < 2 || (ranks[1] & 1) != 0)
        {
            return false;
        }

        // Sort by weight, symbols of one weight in their order.
        var starts = stackalloc int[MaximumLog + 2];
        var start = 0;
        for (var weight = 0; weight <= log; weight++)
        {
            starts[weight] = start;
            start += ranks[weight];
        }

        var sorted = stackalloc byte[MaximumSymbols];
        for (var i = 0; i < count; i++)
        {
            sorted[starts[weights[i]]++] = (byte)i;
        }

        // The weights add up to the size of the table, so the runs below fill it exactly.
        var symbol = sorted + ranks[0];
        for (var weight = 1; weight <= log; weight++)
        {
            var bits = log + 1 - weight;
            var end = symbol + ranks[weight];
            var length = 1 << weight >> 1;
            for (; symbol < end; symbol++)
            {
                var cell = (ushort)((*symbol << 8) | bits);
                switch (length)
                {
                    case 1:
                        table[0] = cell;
                        break;
                    case 2:
                        Unsafe.WriteUnaligned(table, cell * 0x00010001U);
                        break;
                    default:
                        var four = cell * 0x0001000100010001UL;
                        for (var i = 0; i < length; i += 4)
                        {
                            Unsafe.WriteUnaligned(table + i, four);
                        }

                        break;
                }

                table += length;
            }
        }

        tableLog = log;
        return true;
    }
}
