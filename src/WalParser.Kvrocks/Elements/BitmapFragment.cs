namespace WalParser.Kvrocks.Elements;

/// <summary>The fragments of a bitmap: 1,024 bytes each, in which the first bit is the least significant one.</summary>
public static class BitmapFragment
{
    /// <summary>How many bytes of a bitmap a fragment stands for. It may have fewer bytes; the others are 0.</summary>
    public const int Size = 1024;

    /// <summary>
    /// Copies a fragment's bytes with the bits of each reversed: so a string in Redis has a bitmap's bits. The spans may be the same.
    /// </summary>
    /// <param name="fragment">The bytes as they are stored.</param>
    /// <param name="destination">Where they go, at least as long.</param>
    public static void ReverseBits(ReadOnlySpan<byte> fragment, Span<byte> destination)
    {
        for (int i = 0; i < fragment.Length; i++)
        {
            // The three swaps of neighbours: of bits, of pairs, of halves.
            int value = fragment[i];
            value = ((value & 0x55) << 1) | ((value >> 1) & 0x55);
            value = ((value & 0x33) << 2) | ((value >> 2) & 0x33);
            destination[i] = (byte)((value << 4) | (value >> 4));
        }
    }
}
