using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <summary>Reads the description of an FSE table: how many of the table's cells each symbol has (RFC 8878, section 4.1.1).</summary>
internal static unsafe class FseDistribution
{
    private const int MinimumTableLog = 5;

    /// <summary>Reads a distribution; -1 in <paramref name="counts"/> stands for a symbol of probability below one.</summary>
    /// <param name="source">The first byte of the description.</param>
    /// <param name="length">How many bytes may be read.</param>
    /// <param name="counts">Room for <paramref name="symbolCount"/> counts; those of absent symbols are set to zero.</param>
    /// <param name="symbolCount">The number of symbols the alphabet has; on return, one more than the last symbol described.</param>
    /// <param name="maximumTableLog">The largest table allowed.</param>
    /// <param name="tableLog">The binary logarithm of the table's size.</param>
    /// <returns>How many bytes the description takes, or -1 for a bad one.</returns>
    [SkipLocalsInit]
    public static int Read(byte* source, int length, short* counts, ref int symbolCount, int maximumTableLog, out int tableLog)
    {
        tableLog = 0;
        if (length == 0)
        {
            return -1;
        }

        // The bits are read through a window of 64, of which at least 57 are fresh after each refill;
        // beyond the end come zeros, and the position is checked against the end once the table is complete.
        var bits = Window(source, length, 0);
        var accuracy = (int)(bits & 15) + MinimumTableLog;
        if (accuracy > maximumTableLog)
        {
            return -1;
        }

        var position = 4;
        var remaining = (1 << accuracy) + 1;
        var threshold = 1 << accuracy;
        var width = accuracy + 1;
        var symbol = 0;
        var limit = symbolCount;
        while (remaining > 1)
        {
            if (symbol >= limit || position > length * 8)
            {
                return -1;
            }

            bits = Window(source, length, position);
            var maximum = (2 * threshold) - 1 - remaining;
            int count;
            if ((int)(bits & (uint)(threshold - 1)) < maximum)
            {
                count = (int)(bits & (uint)(threshold - 1));
                position += width - 1;
            }
            else
            {
                count = (int)(bits & (uint)((2 * threshold) - 1));
                if (count >= threshold)
                {
                    count -= maximum;
                }

                position += width;
            }

            count--;
            remaining -= count < 0 ? 1 : count;
            counts[symbol++] = (short)count;
            while (remaining < threshold && remaining > 1)
            {
                width--;
                threshold >>= 1;
            }

            if (count != 0 || remaining <= 1)
            {
                continue;
            }

            // After a zero: how many more zeros, two bits at a time, three meaning that another two bits follow.
            int repeat;
            do
            {
                if (position > length * 8)
                {
                    return -1;
                }

                repeat = (int)(Window(source, length, position) & 3);
                position += 2;
                if (symbol + repeat > limit)
                {
                    return -1;
                }

                for (var i = 0; i < repeat; i++)
                {
                    counts[symbol++] = 0;
                }
            }
            while (repeat == 3);
        }

        var used = (position + 7) >> 3;
        if (used > length)
        {
            return -1;
        }

        tableLog = accuracy;
        symbolCount = symbol;
        return used;
    }

    /// <summary>Lays the symbols out over the cells of a table: each cell gets a symbol, each symbol as many cells as it counts.</summary>
    /// <param name="counts">The distribution, whose counts add up to the size of the table.</param>
    /// <param name="symbolCount">How many counts there are, at most 256.</param>
    /// <param name="tableLog">The binary logarithm of the table's size.</param>
    /// <param name="cells">Room for the table's size plus eight.</param>
    /// <param name="next">On return, for each symbol the first of the states it subdivides.</param>
    [SkipLocalsInit]
    public static void Spread(short* counts, int symbolCount, int tableLog, byte* cells, ushort* next)
    {
        var size = 1 << tableLog;
        var mask = size - 1;
        var step = (size >> 1) + (size >> 3) + 3;
        var high = mask;
        for (var symbol = 0; symbol < symbolCount; symbol++)
        {
            var count = counts[symbol];
            if (count == -1)
            {
                cells[high--] = (byte)symbol;
                next[symbol] = 1;
            }
            else
            {
                next[symbol] = (ushort)count;
            }
        }

        var position = 0;
        if (high == mask)
        {
            // No symbol sits at the end, so no cell is to be jumped over: first the symbols in order, then to their places.
            var ordered = stackalloc byte[size + 8];
            var filled = 0;
            var pattern = 0UL;
            for (var symbol = 0; symbol < symbolCount; symbol++, pattern += 0x0101010101010101)
            {
                // Counts add up to the size, so each run of eight begins inside of it.
                int count = counts[symbol];
                for (var i = 0; i < count; i += 8)
                {
                    Unsafe.WriteUnaligned(ordered + filled + i, pattern);
                }

                filled += count;
            }

            for (var i = 0; i < size; i += 2)
            {
                cells[position] = ordered[i];
                cells[(position + step) & mask] = ordered[i + 1];
                position = (position + step + step) & mask;
            }

            return;
        }

        for (var symbol = 0; symbol < symbolCount; symbol++)
        {
            for (int i = counts[symbol]; i > 0; i--)
            {
                cells[position] = (byte)symbol;
                do
                {
                    position = (position + step) & mask;
                }
                while (position > high);
            }
        }
    }

    private static ulong Window(byte* source, int length, int position)
    {
        var offset = position >> 3;
        if (offset + 8 <= length)
        {
            return Unsafe.ReadUnaligned<ulong>(source + offset) >> (position & 7);
        }

        ulong bits = 0;
        for (var i = 0; offset + i < length && i < 8; i++)
        {
            bits |= (ulong)source[offset + i] << (8 * i);
        }

        return bits >> (position & 7);
    }
}
