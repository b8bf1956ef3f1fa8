using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WalParser.Checksums;

/// <summary>
/// CRC-32C by carry-less multiplication, 64 bytes per step (VPCLMULQDQ on 512-bit registers).
/// A 128-bit lane that is D bits before another one may be added to it after multiplication by x^D: its two halves are multiplied by
/// x^(D+31) and x^(D−33), where ±32 accounts for the position of the halves in the lane and −1 for the reflected product.
/// (V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", Intel 2009.)
/// <para>
/// Records are short and of all lengths, so it is essential to avoid mispredicted branches at their ends: there is no loop over the
/// remaining bytes. Instead, the last stride is processed again, with the bytes that were already folded masked out, and the folded
/// state is moved by the number of remaining bytes.
/// </para>
/// </summary>
internal static class Crc32CFolding
{
    public static bool IsSupported => Pclmulqdq.V512.IsSupported && Avx512F.IsSupported && Sse42.X64.IsSupported;

    private const int Width = 64;
    private const int Stride = 2 * Width;

    /// <summary>The factors by number of bytes: entry n moves lanes by n bytes.</summary>
    private static readonly Vector128<ulong>[] ByBytes = [.. Enumerable.Range(0, Stride + 1).Select(bytes => Lane(8 * bytes))];

    /// <summary>The masks: the stride at offset n has 0xFF in its last n bytes.</summary>
    private static readonly byte[] TailMask = [.. new byte[Stride], .. Enumerable.Repeat((byte)0xFF, Stride)];

    /// <summary>
    /// The factors that move the first three lanes to the position of the fourth, which remains (its product is not used).
    /// </summary>
    private static readonly Vector512<ulong> ToLastLane =
        Vector512.Create(Vector256.Create(Lane(384), Lane(256)), Vector256.Create(Lane(128), default));

    public static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        if (data.Length >= Stride)
        {
            return UpdateByStrides(state, data);
        }

        return data.Length >= Width ? UpdateByWidths(state, data) : UpdateSerially(state, data);
    }

    private static uint UpdateByStrides(uint state, ReadOnlySpan<byte> data)
    {
        // Every load is within [0, length): whole strides from the start, and the bytes of the last stride, which exist because the data is
        // at least as long as a stride.
        ref byte start = ref MemoryMarshal.GetReference(data);
        nuint end = (nuint)data.Length;
        nuint last = end - Stride;
        nuint position = Stride;
        Vector512<ulong> a = Load(ref start, 0) ^ Vector512.CreateScalar((ulong)state);
        Vector512<ulong> b = Load(ref start, Width);
        Vector512<ulong> by = By(Stride);
        for (; position <= last; position += Stride)
        {
            a = Multiply(a, by) ^ Load(ref start, position);
            b = Multiply(b, by) ^ Load(ref start, position + Width);
        }

        int left = (int)(end - position);
        by = By(left);
        ref byte mask = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(TailMask), left);
        a = Multiply(a, by) ^ (Load(ref start, last) & Load(ref mask, 0));
        b = Multiply(b, by) ^ (Load(ref start, last + Width) & Load(ref mask, Width));
        return Reduce(Multiply(a, By(Width)) ^ b);
    }

    private static uint UpdateByWidths(uint state, ReadOnlySpan<byte> data)
    {
        ref byte start = ref MemoryMarshal.GetReference(data);
        nuint end = (nuint)data.Length;
        nuint last = end - Width;
        nuint position = Width;
        Vector512<ulong> sum = Load(ref start, 0) ^ Vector512.CreateScalar((ulong)state);
        Vector512<ulong> by = By(Width);
        for (; position <= last; position += Width)
        {
            sum = Multiply(sum, by) ^ Load(ref start, position);
        }

        int left = (int)(end - position);
        ref byte mask = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(TailMask), left + (Stride - Width));
        return Reduce(Multiply(sum, By(left)) ^ (Load(ref start, last) & Load(ref mask, 0)));
    }

    /// <summary>Processes data that is shorter than a register.</summary>
    private static uint UpdateSerially(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            state = (uint)Sse42.X64.Crc32(state, MemoryMarshal.Read<ulong>(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            state = Sse42.Crc32(state, value);
        }

        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load(ref byte start, nuint offset) =>
        Vector512.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> By(int bytes)
    {
        Vector256<ulong> twice = Vector256.Create(ByBytes[bytes], ByBytes[bytes]);
        return Vector512.Create(twice, twice);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> lanes, Vector512<ulong> factors) =>
        Pclmulqdq.V512.CarrylessMultiply(lanes, factors, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(lanes, factors, 0x11);

    /// <summary>Reduces 64 folded bytes to a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(Vector512<ulong> sum)
    {
        Vector512<ulong> moved = Multiply(sum, ToLastLane);
        Vector256<ulong> halves = moved.GetLower() ^ moved.GetUpper();
        Vector128<ulong> last = halves.GetLower() ^ halves.GetUpper() ^ sum.GetUpper().GetUpper();
        return (uint)Sse42.X64.Crc32(Sse42.X64.Crc32(0, last.GetElement(0)), last.GetElement(1));
    }

    private static Vector128<ulong> Lane(int bits) =>
        Vector128.Create((ulong)Crc32CPolynomial.PowerOfX(bits + 31), Crc32CPolynomial.PowerOfX(bits - 33));
}
