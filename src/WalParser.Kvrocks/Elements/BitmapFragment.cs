namespace WalParser.Kvrocks.Elements;

/// <summary>The fragments that store a bitmap: 1,024 bytes each. The first bit of a byte is the least significant bit.</summary>
public static class BitmapFragment
{
    /// <summary>
    /// The number of bytes of the bitmap that a fragment covers. A stored fragment may be shorter; the missing bytes are 0.
    /// </summary>
    public const int Size = 1024;

    /// <summary>
    /// Copies the bytes of a fragment and reverses the bits of each byte, which is the order of bits in a Redis string.
    /// The two spans may be the same.
    /// </summary>
    /// <param name="fragment">The bytes as they are stored.</param>
    /// <param name="destination">The span to copy to; it must be at least as long as <paramref name="fragment"/>.</param>
    public static void ReverseBits(ReadOnlySpan<byte> fragment, Span<byte> destination)
    {
        for (int i = 0; i < fragment.Length; i++)
        {
            // Swaps neighbouring bits, then pairs of bits, then the halves of the byte.
            int value = fragment[i];
            value = ((value & 0x55) << 1) | ((value >> 1) & 0x55);
            value = ((value & 0x33) << 2) | ((value >> 2) & 0x33);
            destination[i] = (byte)((value << 4) | (value >> 4));
        }
    }
}
