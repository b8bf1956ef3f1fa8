namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The form of a double that sorts as an unsigned integer, and so as big-endian bytes: the IEEE bits with the sign bit set if the number is
/// positive, and all bits inverted if it is negative (Kvrocks, <c>EncodeDoubleToUInt64</c>). Every bit pattern has its own: −0, the
/// infinities and NaNs come back as they were.
/// </summary>
public static class SortableDouble
{
    private const ulong SignBit = 1UL << 63;

    /// <summary>The sortable form of a number.</summary>
    public static ulong Encode(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        return (bits & SignBit) == 0 ? bits | SignBit : ~bits;
    }

    /// <summary>The number that has this sortable form.</summary>
    public static double Decode(ulong sortable) =>
        BitConverter.UInt64BitsToDouble((sortable & SignBit) != 0 ? sortable & ~SignBit : ~sortable);
}
