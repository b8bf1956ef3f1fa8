using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using ArmCrc = System.Runtime.Intrinsics.Arm.Crc32.Arm64;
using X86Crc = System.Runtime.Intrinsics.X86.Sse42.X64;

namespace WalParser.Checksums;

/// <summary>
/// The arithmetic of the fast implementations: polynomials over GF(2), modulo the polynomial of the CRC, in reflected bit order (bit 31 is
/// x⁰). Appending n zero bits to a message multiplies its CRC state by xⁿ; all constants are derived from that.
/// </summary>
internal static class Crc32CPolynomial
{
    public const uint Reflected = 0x82F63B78;

    /// <summary>
    /// Returns the factor with which <see cref="Shift"/> moves a state over <paramref name="bytes"/> zero bytes. The exponent is reduced by
    /// 33, which the reflected product (one bit short of 64) and the final reduction (x³²) add again.
    /// </summary>
    public static uint ShiftFactor(int bytes) => PowerOfX((8 * bytes) - 33);

    /// <summary>Returns x to the power of <paramref name="exponent"/>, which may be negative: x has an inverse.</summary>
    public static uint PowerOfX(int exponent)
    {
        uint value = 1u << 31;
        for (; exponent > 0; exponent--)
        {
            value = (value >> 1) ^ (Reflected & (0u - (value & 1)));
        }

        for (; exponent < 0; exponent++)
        {
            value = (value >> 31) != 0 ? ((value ^ Reflected) << 1) | 1 : value << 1;
        }

        return value;
    }

    /// <summary>Returns the state after the number of zero bytes for which <paramref name="factor"/> was computed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Shift(uint state, uint factor)
    {
        if (Pclmulqdq.IsSupported && X86Crc.IsSupported)
        {
            Vector128<ulong> product = Pclmulqdq.CarrylessMultiply(
                Vector128.CreateScalar((ulong)state), Vector128.CreateScalar((ulong)factor), 0x00);
            return (uint)X86Crc.Crc32(0, product.ToScalar());
        }

        if (ArmAes.IsSupported && ArmCrc.IsSupported)
        {
            Vector128<ulong> product = ArmAes.PolynomialMultiplyWideningLower(
                Vector64.CreateScalar((ulong)state), Vector64.CreateScalar((ulong)factor));
            return ArmCrc.ComputeCrc32C(0, product.ToScalar());
        }

        return ShiftBitwise(state, factor);
    }

    /// <summary>Computes <see cref="Shift"/> without carry-less multiplication.</summary>
    internal static uint ShiftBitwise(uint state, uint factor)
    {
        ulong product = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            product ^= ((ulong)factor << bit) & (0 - (ulong)((state >> bit) & 1));
        }

        for (int bit = 0; bit < 64; bit++)
        {
            product = (product >> 1) ^ (Reflected & (0 - (product & 1)));
        }

        return (uint)product;
    }
}
