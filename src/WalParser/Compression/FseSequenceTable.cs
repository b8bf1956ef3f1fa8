using System.Numerics;
using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <summary>
/// The decoding tables of sequences. A cell is one word: the next state's base in bits 0 to 15, how many bits to add to it in 16 to 23,
/// how many extra bits the value has in 24 to 31, and the value's base in 32 to 63.
/// </summary>
internal static unsafe class FseSequenceTable
{
    public const int LiteralLengthSymbols = 36;
    public const int MatchLengthSymbols = 53;
    public const int OffsetSymbols = 32;
    public const int LiteralLengthMaximumLog = 9;
    public const int MatchLengthMaximumLog = 9;
    public const int OffsetMaximumLog = 8;
    public const int DefaultLiteralLengthLog = 6;
    public const int DefaultMatchLengthLog = 6;
    public const int DefaultOffsetLog = 5;

    // Pinned for the life of the process, so that decoders can keep plain addresses of them.
    private static readonly ulong[] LiteralLengthValueTable = LiteralLengths();
    private static readonly ulong[] MatchLengthValueTable = MatchLengths();
    private static readonly ulong[] OffsetValueTable = Offsets();
    private static readonly ulong[] DefaultLiteralLengthTable = BuildDefault(
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
        DefaultLiteralLengthLog,
        LiteralLengthValueTable);

    private static readonly ulong[] DefaultMatchLengthTable = BuildDefault(
        [
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
        ],
        DefaultMatchLengthLog,
        MatchLengthValueTable);

    private static readonly ulong[] DefaultOffsetTable = BuildDefault(
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
        DefaultOffsetLog,
        OffsetValueTable);

    /// <summary>For each literal length code, its base value and extra bits, where a cell has them.</summary>
    public static ulong* LiteralLengthValues { get; } = Address(LiteralLengthValueTable);

    /// <summary>For each match length code, its base value and extra bits, where a cell has them.</summary>
    public static ulong* MatchLengthValues { get; } = Address(MatchLengthValueTable);

    /// <summary>For each offset code, its base value and extra bits, where a cell has them.</summary>
    public static ulong* OffsetValues { get; } = Address(OffsetValueTable);

    public static ulong* DefaultLiteralLengths { get; } = Address(DefaultLiteralLengthTable);

    public static ulong* DefaultMatchLengths { get; } = Address(DefaultMatchLengthTable);

    public static ulong* DefaultOffsets { get; } = Address(DefaultOffsetTable);

    /// <summary>Builds a table.</summary>
    /// <param name="table">Room for two to the power of <paramref name="tableLog"/> cells.</param>
    /// <param name="counts">The distribution, whose counts add up to the size of the table.</param>
    /// <param name="symbolCount">How many counts there are, no more than there are <paramref name="values"/>.</param>
    /// <param name="tableLog">The binary logarithm of the table's size, at most 9.</param>
    /// <param name="values">The base value and extra bits of each symbol.</param>
    [SkipLocalsInit]
    public static void Build(ulong* table, short* counts, int symbolCount, int tableLog, ulong* values)
    {
        var cells = stackalloc byte[(1 << LiteralLengthMaximumLog) + 8];
        var next = stackalloc ushort[MatchLengthSymbols];
        FseDistribution.Spread(counts, symbolCount, tableLog, cells, next);
        var size = 1 << tableLog;
        for (var state = 0; state < size; state++)
        {
            int symbol = cells[state];
            uint subdivision = next[symbol]++;
            var bits = tableLog - BitOperations.Log2(subdivision);
            table[state] = values[symbol] | (uint)(bits << 16) | (ushort)((subdivision << bits) - (uint)size);
        }
    }

    private static ulong* Address(ulong[] pinned) => (ulong*)Unsafe.AsPointer(ref pinned[0]);

    private static ulong[] Pinned(int length) => GC.AllocateUninitializedArray<ulong>(length, pinned: true);

    private static ulong[] BuildDefault(short[] counts, int tableLog, ulong[] values)
    {
        var table = Pinned(1 << tableLog);
        fixed (short* first = counts)
        {
            Build(Address(table), first, counts.Length, tableLog, Address(values));
        }

        return table;
    }

    private static ulong[] LiteralLengths()
    {
        ReadOnlySpan<byte> extraBits = [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        return Lengths(LiteralLengthSymbols, 0, 16, extraBits);
    }

    private static ulong[] MatchLengths()
    {
        ReadOnlySpan<byte> extraBits = [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        return Lengths(MatchLengthSymbols, 3, 32, extraBits);
    }

    // The first codes are a value each; each further one begins where the range of the one before it ends.
    private static ulong[] Lengths(int symbols, uint first, int plain, ReadOnlySpan<byte> extraBits)
    {
        var values = Pinned(symbols);
        var value = first;
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            int bits = symbol < plain ? (byte)0 : extraBits[symbol - plain];
            values[symbol] = ((ulong)value << 32) | ((uint)bits << 24);
            value += 1U << bits;
        }

        return values;
    }

    // Codes 0 and 1 are for offsets used before; of the others three is taken off, for those are the numbers the repeats take.
    private static ulong[] Offsets()
    {
        var values = Pinned(OffsetSymbols);
        for (var symbol = 0; symbol < OffsetSymbols; symbol++)
        {
            var value = symbol < 2 ? (uint)symbol : (1U << symbol) - 3;
            values[symbol] = ((ulong)value << 32) | ((uint)symbol << 24);
        }

        return values;
    }
}
