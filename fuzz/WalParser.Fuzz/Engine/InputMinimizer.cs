using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// Makes an input smaller while it keeps a property. If the structure of the input is known, it first removes parts, many at once at the
/// beginning. Then it removes pieces of bytes, large ones first. Finally it sets the remaining pieces to zero where it can.
/// </summary>
internal static class InputMinimizer
{
    /// <summary>Returns the smallest input that was found.</summary>
    /// <param name="input">An input that has the property.</param>
    /// <param name="hasProperty">Returns true if an input has the property. A function that returns false from some point on, for example
    /// after a timeout, ends the search.</param>
    /// <param name="structure">Divides inputs into parts, or null if inputs have no known structure.</param>
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
