using System.Runtime.CompilerServices;

namespace WalParser.Checksums;

/// <summary>
/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), the checksum of every RocksDB log fragment. It is the only pass over all bytes,
/// so it uses the fastest implementation that the processor supports: <see cref="Crc32CFolding"/>, <see cref="Crc32CThreeWay"/> or
/// <see cref="Crc32CPortable"/>. The package System.IO.Hashing contains this checksum since version 11 (<c>Crc32ParameterSet.Crc32C</c>),
/// but is slower at the lengths of most records: on a processor without 512-bit carry-less multiplication, it reached 0.7 to 0.95 of this
/// speed from 16 to 1,000 bytes, and 1.2 at 32,000 bytes. The benchmark <c>kernels</c> compares them.
/// </summary>
internal static class Crc32C
{
    /// <summary>Returns the finished CRC-32C of <paramref name="data"/>, as printed in RFC 3720.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => ~Update(~0u, data);

    /// <summary>Extends a finished CRC by more bytes: <c>Append(Compute(a), b)</c> is <c>Compute(a ‖ b)</c>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data) => ~Update(~crc, data);

    /// <summary>
    /// Removes the mask with which RocksDB and LevelDB store a checksum, so that a CRC over bytes that contain CRCs remains meaningful
    /// (<c>util/crc32c.h</c>: rotate right by 15, add 0xa282ead8).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Unmask(uint masked) => uint.RotateLeft(masked - MaskDelta, 15);

    /// <summary>Applies the mask that <see cref="Unmask"/> removes.</summary>
    public static uint Mask(uint crc) => uint.RotateRight(crc, 15) + MaskDelta;

    private const uint MaskDelta = 0xa282ead8;

    private static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        if (Crc32CFolding.IsSupported)
        {
            return Crc32CFolding.Update(state, data);
        }

        return Crc32CThreeWay.IsSupported ? Crc32CThreeWay.Update(state, data) : Crc32CPortable.Update(state, data);
    }
}
