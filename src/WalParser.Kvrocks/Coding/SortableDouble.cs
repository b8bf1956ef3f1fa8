namespace WalParser.Kvrocks.Coding;

/// <summary>
/// Encodes a double as an unsigned integer that sorts in the order of the numbers, and so do its big-endian bytes: the IEEE bits with the
/// sign bit set if the number is positive, or with all bits inverted if it is negative (Kvrocks, <c>EncodeDoubleToUInt64</c>). The
/// encoding is reversible for every bit pattern, including −0, the infinities and NaNs.
/// </summary>
public static class SortableDouble
{
    private const ulong SignBit = 1UL << 63;

    /// <summary>Returns the sortable form of a number.</summary>
    public static ulong Encode(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        return (bits & SignBit) == 0 ? bits | SignBit : ~bits;
    }

    /// <summary>Returns the number that has the given sortable form.</summary>
    public static double Decode(ulong sortable) =>
        BitConverter.UInt64BitsToDouble((sortable & SignBit) != 0 ? sortable & ~SignBit : ~sortable);
}
