using System.Numerics;
using System.Runtime.InteropServices;
using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// The coverage so far: for each edge, the classes of counts (1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128–255) in which it was taken.
/// </summary>
internal sealed class CoverageMap
{
    private static readonly byte[] Classes = MakeClasses();

    private readonly byte[] _seen = new byte[EdgeMap.Size];

    /// <summary>The number of edges that were taken at least once.</summary>
    public int Edges { get; private set; }

    /// <summary>
    /// Adds an execution. Returns true if it took an edge that no earlier execution took, or took it in a new class of counts.
    /// </summary>
    public bool Add(ReadOnlySpan<byte> counters)
    {
        bool isNew = false;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(counters);
        for (int word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
            {
                continue;
            }

            for (int edge = word * sizeof(ulong); edge < (word + 1) * sizeof(ulong); edge++)
            {
                byte bit = Classes[counters[edge]];
                if ((bit & ~_seen[edge]) != 0)
                {
                    Edges += _seen[edge] == 0 ? 1 : 0;
                    _seen[edge] |= bit;
                    isNew = true;
                }
            }
        }

        return isNew;
    }

    /// <summary>Returns the edges that an execution took.</summary>
    public static ushort[] EdgesOf(ReadOnlySpan<byte> counters)
    {
        List<ushort> edges = [];
        for (int edge = 0; edge < counters.Length; edge++)
        {
            if (counters[edge] != 0)
            {
                edges.Add((ushort)edge);
            }
        }

        return [.. edges];
    }

    private static byte[] MakeClasses()
    {
        byte[] classes = new byte[256];
        for (int count = 1; count < classes.Length; count++)
        {
            int bit = count switch { < 4 => count - 1, < 32 => BitOperations.Log2((uint)count) + 1, < 128 => 6, _ => 7 };
            classes[count] = (byte)(1 << bit);
        }

        return classes;
    }
}
