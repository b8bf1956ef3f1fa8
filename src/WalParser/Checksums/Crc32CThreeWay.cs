using System.Numerics;
using System.Runtime.InteropServices;
using ArmCrc = System.Runtime.Intrinsics.Arm.Crc32.Arm64;
using X86Crc = System.Runtime.Intrinsics.X86.Sse42.X64;

namespace WalParser.Checksums;

/// <summary>
/// CRC-32C with the instruction of the processor, on three independent runs at once: the instruction takes three cycles, but one can start
/// in each cycle, so a single run would use only one third of the throughput.
/// </summary>
internal static class Crc32CThreeWay
{
    public static bool IsSupported => X86Crc.IsSupported || ArmCrc.IsSupported;

    /// <summary>
    /// The length of a run: long enough that combining the runs is cheap in comparison, and short enough that small records benefit, too.
    /// </summary>
    private const int Run = 256;

    private static readonly uint OverOneRun = Crc32CPolynomial.ShiftFactor(Run);
    private static readonly uint OverTwoRuns = Crc32CPolynomial.ShiftFactor(2 * Run);

    public static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 3 * Run)
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..Run]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data.Slice(Run, Run));
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data.Slice(2 * Run, Run));
            uint secondState = 0;
            uint thirdState = 0;
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                state = BitOperations.Crc32C(state, first[i]);
                secondState = BitOperations.Crc32C(secondState, second[i]);
                thirdState = BitOperations.Crc32C(thirdState, third[i]);
            }

            state = Crc32CPolynomial.Shift(state, OverTwoRuns) ^ Crc32CPolynomial.Shift(secondState, OverOneRun) ^ thirdState;
            data = data[(3 * Run)..];
        }

        while (data.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, MemoryMarshal.Read<ulong>(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }
}
