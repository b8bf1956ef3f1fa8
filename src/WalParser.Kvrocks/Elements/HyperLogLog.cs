namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The registers of a HyperLogLog (16,384 of six bits each, in Redis's dense form) and the cardinality that they estimate. A key stores
/// them in 16 segments.
/// </summary>
public static class HyperLogLog
{
    /// <summary>The number of registers.</summary>
    public const int RegisterCount = 16384;

    /// <summary>The size of all registers, in bytes.</summary>
    public const int Size = RegisterCount * BitsPerRegister / 8;

    /// <summary>The number of segments in which a key stores its registers.</summary>
    public const int SegmentCount = 16;

    /// <summary>The size of a segment, in bytes.</summary>
    public const int SegmentSize = Size / SegmentCount;

    private const int BitsPerRegister = 6;
    private const int LongestRun = 50;

    /// <summary>The greatest value that an element can give a register.</summary>
    internal const int MaxRegister = LongestRun + 1;
    private const double Alpha = 0.721347520444481703680; // 0.5 / ln 2

    /// <summary>
    /// Returns the estimate that PFCOUNT returns for these registers (Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
    /// sketches", arXiv:1702.01284, as Redis and Kvrocks compute it). Missing registers count as 0.
    /// </summary>
    public static ulong Count(ReadOnlySpan<byte> registers)
    {
        Span<int> histogram = stackalloc int[1 << BitsPerRegister];
        histogram.Clear();
        for (int i = 0; i < RegisterCount; i++)
        {
            histogram[RegisterAt(registers, i)]++;
        }

        const double M = RegisterCount;
        double z = M * Tau((M - histogram[LongestRun + 1]) / M);
        for (int i = LongestRun; i >= 1; i--)
        {
            z = (z + histogram[i]) * 0.5;
        }

        z += M * Sigma(histogram[0] / M);
        return (ulong)Math.Round(Alpha * M * M / z, MidpointRounding.AwayFromZero);
    }

    /// <summary>Returns a register; one that is missing is 0.</summary>
    internal static int RegisterAt(ReadOnlySpan<byte> registers, int index)
    {
        int at = index * BitsPerRegister / 8;
        int low = at < registers.Length ? registers[at] : 0;
        int high = at + 1 < registers.Length ? registers[at + 1] : 0;
        return ((low | (high << 8)) >> (index * BitsPerRegister % 8)) & ((1 << BitsPerRegister) - 1);
    }

    private static double Sigma(double x)
    {
        if (x == 1)
        {
            return double.PositiveInfinity;
        }

        double y = 1;
        double z = x;
        double previous;
        do
        {
            x *= x;
            previous = z;
            z += x * y;
            y += y;
        }
        while (previous != z);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
        {
            return 0;
        }

        double y = 1;
        double z = 1 - x;
        double previous;
        do
        {
            x = Math.Sqrt(x);
            previous = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (previous != z);
        return z / 3;
    }
}
