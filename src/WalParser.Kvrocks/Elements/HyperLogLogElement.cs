using System.Buffers.Binary;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// Elements that PFADD counts in a chosen register with a chosen value. Redis and Kvrocks hash an element with MurmurHash64A, which maps
/// the elements of eight bytes one to one to the hashes: so each hash has one such element, and it can be computed.
/// </summary>
internal static class HyperLogLogElement
{
    /// <summary>The size of an element, in bytes.</summary>
    public const int Size = sizeof(ulong);

    // Redis, src/hyperloglog.c, hllPatLen; Kvrocks, src/types/hyperloglog.h: 14 bits of the hash choose the register, and the number of
    // zeros after them, plus 1, is the value.
    private const int IndexBits = 14;
    private const uint Seed = 0xADC83B19;

    // MurmurHash64A: the multiplier, its inverse modulo 2^64, and the distance by which the hash is shifted.
    private const ulong Multiplier = 0xC6A4A7935BD1E995;
    private const ulong Inverse = 0x5F7A0EA7E59B19BD;
    private const int Shift = 47;

    /// <summary>Returns the element that sets a register.</summary>
    /// <param name="register">The index of the register, less than <see cref="HyperLogLog.RegisterCount"/>.</param>
    /// <param name="value">The value, from 1 to <see cref="HyperLogLog.MaxRegister"/>.</param>
    public static byte[] Of(int register, int value)
    {
        ulong hash = (uint)register | (value == HyperLogLog.MaxRegister ? 0 : 1UL << (IndexBits + value - 1));
        byte[] element = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(element, ElementOf(hash));
        return element;
    }

    /// <summary>Runs MurmurHash64A backwards for an element of eight bytes.</summary>
    private static ulong ElementOf(ulong hash)
    {
        unchecked
        {
            ulong mixed = Unshifted(Unshifted(hash) * Inverse) * Inverse;
            ulong block = mixed ^ Seed ^ (Size * Multiplier);
            return Unshifted(block * Inverse) * Inverse;
        }
    }

    /// <summary>Undoes <c>x ^= x >> 47</c>, which is its own inverse, because the distance is more than half of the bits.</summary>
    private static ulong Unshifted(ulong x) => x ^ (x >> Shift);
}
