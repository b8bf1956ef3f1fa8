using System.Buffers.Binary;
using System.Numerics;

namespace WalParser.Kvrocks.Coding;

/// <summary>XXH64 with seed 0 (the xxHash specification, revision 0.1.1), the hash of Kvrocks's Bloom filters.</summary>
internal static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int StripeSize = 4 * sizeof(ulong);

    /// <summary>Returns the hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        ulong hash = bytes.Length < StripeSize ? Prime5 : OfStripes(ref rest);
        hash += (ulong)bytes.Length;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
        }

        if (rest.Length >= sizeof(uint))
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            rest = rest[sizeof(uint)..];
        }

        foreach (byte value in rest)
        {
            hash ^= value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash ^= hash >> 33;
        hash *= Prime2;
        hash ^= hash >> 29;
        hash *= Prime3;
        return hash ^ (hash >> 32);
    }

    private static ulong OfStripes(ref ReadOnlySpan<byte> rest)
    {
        ulong first = unchecked(Prime1 + Prime2);
        ulong second = Prime2;
        ulong third = 0;
        ulong fourth = unchecked(0 - Prime1);
        for (; rest.Length >= StripeSize; rest = rest[StripeSize..])
        {
            first = Round(first, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            second = Round(second, BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ulong)..]));
            third = Round(third, BinaryPrimitives.ReadUInt64LittleEndian(rest[(2 * sizeof(ulong))..]));
            fourth = Round(fourth, BinaryPrimitives.ReadUInt64LittleEndian(rest[(3 * sizeof(ulong))..]));
        }

        ulong hash = BitOperations.RotateLeft(first, 1)
            + BitOperations.RotateLeft(second, 7)
            + BitOperations.RotateLeft(third, 12)
            + BitOperations.RotateLeft(fourth, 18);
        return Merge(Merge(Merge(Merge(hash, first), second), third), fourth);
    }

    private static ulong Round(ulong accumulator, ulong lane) =>
        BitOperations.RotateLeft(accumulator + (lane * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong accumulator) => ((hash ^ Round(0, accumulator)) * Prime1) + Prime4;
}
