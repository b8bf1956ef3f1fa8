using System.Diagnostics;
using System.Globalization;

namespace WalParser.Benchmarks;

/// <summary>
/// Measures several implementations of the same work as ratios within one run, so that other load on the machine matters little. The
/// implementations take turns for several rounds, and the best time of each counts.
/// </summary>
internal static class Rounds
{
    private const int Count = 5;

    public static void WriteHeading(string reference) =>
        Console.WriteLine($"{"",-44} {"GB/s",8} {"x " + reference,14}");

    /// <summary>Measures the implementations, the first of which is the reference, and writes a line for each.</summary>
    /// <param name="name">The name of the measured data.</param>
    /// <param name="size">The uncompressed size of the data in bytes, the unit of speed.</param>
    /// <param name="ways">The implementations. Each returns a count of bytes that must be <paramref name="size"/>, or less if it
    /// compresses.</param>
    /// <param name="hasReference">Whether the reference is available. If not, no ratios are shown.</param>
    public static async Task MeasureAsync(
        string name, long size, (string Name, bool Compresses, Func<Task<long>> Run)[] ways, bool hasReference = true)
    {
        var best = new TimeSpan[ways.Length];
        Array.Fill(best, TimeSpan.MaxValue);
        for (int round = 0; round < Count; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                long count = await ways[i].Run();
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                if (ways[i].Compresses ? count <= 0 : count != size)
                {
                    throw new InvalidDataException($"{ways[i].Name}: {count} bytes of {size}.");
                }

                best[i] = elapsed < best[i] ? elapsed : best[i];
            }
        }

        Console.WriteLine(name);
        for (int i = 0; i < ways.Length; i++)
        {
            string ratio = hasReference ? (best[0] / best[i]).ToString("F2", CultureInfo.InvariantCulture) : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {ways[i].Name,-42} {size / best[i].TotalSeconds / 1e9,8:F2} {ratio,14}"));
        }
    }
}
