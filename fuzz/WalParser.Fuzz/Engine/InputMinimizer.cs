using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// Makes an input smaller as long as it shows the same: parts are taken out, many at once first, where it is known what it is made of; then pieces of bytes, large ones
/// first; and what is left is turned into zeros.
/// </summary>
internal static class InputMinimizer
{
    /// <summary>The smallest input that was found.</summary>
    /// <param name="input">An input that has the property.</param>
    /// <param name="hasProperty">Whether an input still shows it. From when on it says no, nothing becomes smaller: so it can end this when time is up.</param>
    /// <param name="structure">Knows the parts of inputs; null if bytes are all there is.</param>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> hasProperty, IMutator? structure = null)
    {
        bool isSmaller;
        do
        {
            byte[] before = input;
            input = RemoveParts(input, hasProperty, structure);
            for (int piece = Math.Max(1, input.Length / 2); piece >= 1; piece /= 2)
            {
                input = RemovePieces(input, piece, hasProperty);
            }

            isSmaller = input.Length < before.Length;
        }
        while (isSmaller);

        for (int piece = Math.Max(1, input.Length / 4); piece >= 1; piece /= 4)
        {
            input = ZeroPieces(input, piece, hasProperty);
        }

        return input;
    }

    private static byte[] RemoveParts(byte[] input, Func<byte[], bool> hasProperty, IMutator? structure)
    {
        List<int> sizes = [.. structure?.PartsOf(input) ?? []];
        if (sizes.Sum() != input.Length)
        {
            return input;
        }

        for (int run = sizes.Count / 2; run >= 1; run /= 2)
        {
            for (int at = sizes.Count - run; at >= 0; at = Math.Min(at - run, sizes.Count - run))
            {
                int start = sizes.Take(at).Sum();
                int length = sizes.Skip(at).Take(run).Sum();
                byte[] candidate = [.. input.AsSpan(0, start), .. input.AsSpan(start + length)];
                if (hasProperty(candidate))
                {
                    input = candidate;
                    sizes.RemoveRange(at, run);
                }
            }
        }

        return input;
    }

    private static byte[] RemovePieces(byte[] input, int piece, Func<byte[], bool> hasProperty)
    {
        for (int at = input.Length - piece; at >= 0; at = Math.Min(at - piece, input.Length - piece))
        {
            byte[] candidate = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
            if (hasProperty(candidate))
            {
                input = candidate;
            }
        }

        return input;
    }

    private static byte[] ZeroPieces(byte[] input, int piece, Func<byte[], bool> hasProperty)
    {
        for (int at = 0; at < input.Length; at += piece)
        {
            byte[] candidate = [.. input];
            Span<byte> run = candidate.AsSpan(at, Math.Min(piece, input.Length - at));
            if (run.ContainsAnyExcept((byte)0))
            {
                run.Clear();
                input = hasProperty(candidate) ? candidate : input;
            }
        }

        return input;
    }
}
