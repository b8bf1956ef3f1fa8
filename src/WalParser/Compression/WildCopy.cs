using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WalParser.Compression;

/// <summary>
/// Copies that run over their end: by 15 bytes at most, both in reading and in writing. Callers see to it that there is as much
/// room, and copy to the byte where there is not.
/// </summary>
internal static unsafe class WildCopy
{
    /// <summary>How many bytes callers keep clear beyond the end of a copy; twice what is needed.</summary>
    public const int Margin = 32;

    // For a copy from few bytes behind, by how many: from where in the source its bytes 4 to 7 come, and from where those from 8 on.
    // Each is a whole number of repetitions before its place, and at least four or eight bytes before it.
    private static ReadOnlySpan<byte> OverlapSecond => [0, 0, 2, 1, 4, 4, 4, 4];

    private static ReadOnlySpan<byte> OverlapThird => [0, 0, 2, 2, 4, 3, 2, 1];

    /// <summary>Copies one step of 16 or more, until end is reached; the source has to be 16 bytes or more away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(byte* destination, byte* source, byte* end)
    {
        do
        {
            Vector128.Store(Vector128.Load(source), destination);
            source += 16;
            destination += 16;
        }
        while (destination < end);
    }

    /// <summary>Copies from fewer than 16 bytes behind, so that what was copied is copied again, until end is reached.</summary>
    public static void Overlapping(byte* destination, byte* source, byte* end, int offset)
    {
        if (offset == 1)
        {
            var same = Vector128.Create(*source);
            do
            {
                Vector128.Store(same, destination);
                destination += 16;
            }
            while (destination < end);
            return;
        }

        if (offset < 8)
        {
            destination[0] = source[0];
            destination[1] = source[1];
            destination[2] = source[2];
            destination[3] = source[3];
            Unsafe.WriteUnaligned(destination + 4, Unsafe.ReadUnaligned<uint>(source + OverlapSecond[offset]));
            source += OverlapThird[offset];
            destination += 8;
        }

        while (destination < end)
        {
            Unsafe.WriteUnaligned(destination, Unsafe.ReadUnaligned<ulong>(source));
            destination += 8;
            source += 8;
        }
    }
}
