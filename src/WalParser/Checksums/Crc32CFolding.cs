using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WalParser.Checksums;

/// <summary>
/// CRC-32C by carry-less multiplication, 64 bytes at a step (VPCLMULQDQ on 512-bit registers).
/// A 128-bit lane that stands D bits before another may be added to it after multiplication by x^D: its two halves by
/// x^(D+31) and x^(D−33), the ±32 being where the halves stand in the lane and the −1 the reflected product's.
/// (V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", Intel 2009.)
/// </summary>
internal static class Crc32CFolding
{
    public static bool IsSupported => Pclmulqdq.V512.IsSupported && Avx512F.IsSupported && Sse42.X64.IsSupported;

    private const int Width = 64;

    private static readonly Vector512<ulong> By64Bytes = AllLanes(512);
    private static readonly Vector512<ulong> By128Bytes = AllLanes(1024);
    private static readonly Vector512<ulong> By192Bytes = AllLanes(1536);
    private static readonly Vector512<ulong> By256Bytes = AllLanes(2048);

    /// <summary>Brings the first three lanes to the place of the fourth, which stays (its product is not used).</summary>
    private static readonly Vector512<ulong> ToLastLane =
        Vector512.Create(Vector256.Create(Lane(384), Lane(256)), Vector256.Create(Lane(128), default));

    private static readonly uint[] TailFactors = MakeTailFactors();

    public static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        if (data.Length < Width)
        {
            return UpdateSerially(state, data);
        }

        // Only whole strides of 64 bytes are folded. The tail's CRC starts from zero, independent of the fold, so the
        // processor works on both at once; the two are joined by shifting the fold's state over the tail's length.
        int tailLength = data.Length % Width;
        uint tail = UpdateSerially(0, data[(data.Length - tailLength)..]);
        uint folded = Fold(state, data[..^tailLength]);
        return tailLength == 0 ? folded : Crc32CPolynomial.Shift(folded, TailFactors[tailLength]) ^ tail;
    }

    private static uint Fold(uint state, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<Vector512<ulong>> strides = MemoryMarshal.Cast<byte, Vector512<ulong>>(data);
        Vector512<ulong> sum = strides[0] ^ Vector512.CreateScalar((ulong)state);
        strides = strides[1..];

        if (strides.Length >= 7)
        {
            Vector512<ulong> a = sum, b = strides[0], c = strides[1], d = strides[2];
            strides = strides[3..];
            while (strides.Length >= 4)
            {
                a = Multiply(a, By256Bytes) ^ strides[0];
                b = Multiply(b, By256Bytes) ^ strides[1];
                c = Multiply(c, By256Bytes) ^ strides[2];
                d = Multiply(d, By256Bytes) ^ strides[3];
                strides = strides[4..];
            }

            sum = Multiply(a, By192Bytes) ^ Multiply(b, By128Bytes) ^ Multiply(c, By64Bytes) ^ d;
        }

        foreach (ref readonly Vector512<ulong> stride in strides)
        {
            sum = Multiply(sum, By64Bytes) ^ stride;
        }

        Vector512<ulong> moved = Multiply(sum, ToLastLane);
        Vector256<ulong> halves = moved.GetLower() ^ moved.GetUpper();
        Vector128<ulong> last = halves.GetLower() ^ halves.GetUpper() ^ sum.GetUpper().GetUpper();
        return (uint)Sse42.X64.Crc32(Sse42.X64.Crc32(0, last.GetElement(0)), last.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> lanes, Vector512<ulong> factors) =>
        Pclmulqdq.V512.CarrylessMultiply(lanes, factors, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(lanes, factors, 0x11);

    private static uint UpdateSerially(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            state = (uint)Sse42.X64.Crc32(state, MemoryMarshal.Read<ulong>(data));
            data = data[sizeof(ulong)..];
        }

        if (data.Length >= sizeof(uint))
        {
            state = Sse42.Crc32(state, MemoryMarshal.Read<uint>(data));
            data = data[sizeof(uint)..];
        }

        foreach (byte value in data)
        {
            state = Sse42.Crc32(state, value);
        }

        return state;
    }

    private static Vector512<ulong> AllLanes(int bits) => Vector512.Create(Vector256.Create(Lane(bits), Lane(bits)), Vector256.Create(Lane(bits), Lane(bits)));

    private static Vector128<ulong> Lane(int bits) =>
        Vector128.Create((ulong)Crc32CPolynomial.PowerOfX(bits + 31), Crc32CPolynomial.PowerOfX(bits - 33));

    private static uint[] MakeTailFactors()
    {
        var factors = new uint[Width];
        for (int length = 0; length < Width; length++)
        {
            factors[length] = Crc32CPolynomial.ShiftFactor(length);
        }

        return factors;
    }
}
