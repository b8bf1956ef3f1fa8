namespace WalParser.Fuzz.Engine;

/// <summary>Makes an input smaller as long as it shows the same: pieces are taken out, large ones first, and what is left is turned into zeros.</summary>
internal static class InputMinimizer
{
    /// <summary>The smallest input that was found.</summary>
    /// <param name="input">An input that has the property.</param>
    /// <param name="hasProperty">Whether an input still shows it.</param>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> hasProperty)
    {
        bool isSmaller;
        do
        {
            byte[] before = input;
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
