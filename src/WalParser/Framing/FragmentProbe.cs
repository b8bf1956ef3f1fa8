using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.IO;

namespace WalParser.Framing;

/// <summary>Recognizes the fragments in a block. It has no state; its instance may be used by several threads at the same time.</summary>
internal sealed class FragmentProbe : IBlockProbe
{
    /// <summary>The only instance.</summary>
    public static readonly FragmentProbe Instance = new();

    // 64 KiB of bytes in which no format has many false headers.
    private const long MaxSearched = 64L << 20;

    private FragmentProbe()
    {
    }

    public bool BeginsWithFragment(ArraySegment<byte> block, ulong? logNumber) =>
        Fragments(block, logNumber).Read() == FragmentReader.Outcome.Fragment;

    public bool ContainsRecord(ArraySegment<byte> block, ulong logNumber)
    {
        FragmentReader fragments = Fragments(block, logNumber);
        while (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            if (fragments.Type is >= FragmentType.Full and <= FragmentType.RecyclableLast)
            {
                return true;
            }
        }

        return false;
    }

    public uint? FindLogNumber(ArraySegment<byte> block)
    {
        FragmentReader fragments = Fragments(block, logNumber: null);
        while (fragments.LogNumber is null && fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            // Control records without a log number may precede the first fragment that has one.
        }

        return fragments.LogNumber;
    }

    /// <summary>Returns the size of the intact fragments at the beginning of a log that follow each other, in bytes.</summary>
    /// <param name="log">The first bytes of the log; more than its first block counts only if the first block is intact.</param>
    public static long IntactLength(ArraySegment<byte> log)
    {
        var fragments = new FragmentReader(logNumber: null);
        for (int start = 0; start < log.Count; start += BlockSource.BlockSize)
        {
            fragments.Supply(new LogBlock(log.Slice(start, Math.Min(BlockSource.BlockSize, log.Count - start)), start));
            FragmentReader.Outcome outcome;
            do
            {
                outcome = fragments.Read();
            }
            while (outcome == FragmentReader.Outcome.Fragment);
            if (outcome != FragmentReader.Outcome.NeedBlock)
            {
                return fragments.Offset;
            }
        }

        return log.Count;
    }

    /// <summary>
    /// Returns whether an intact fragment with a payload lies anywhere in bytes, at any position. The number of bytes whose checksums are
    /// computed is limited, because every position of hostile bytes can look like a long fragment; at the limit, the answer is yes.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    public static bool ContainsFragment(ReadOnlySpan<byte> bytes)
    {
        long left = MaxSearched;
        for (int start = 0; start + FragmentReader.HeaderSize < bytes.Length; start++)
        {
            ReadOnlySpan<byte> rest = bytes[start..];
            var type = (FragmentType)rest[6];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            int end = length + (FragmentReader.IsRecyclable(type) ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize);
            if (length == 0 || end > rest.Length || !Enum.IsDefined(type) || type == FragmentType.Zero)
            {
                continue;
            }

            left -= end;
            if (left < 0 || Crc32C.Compute(rest[6..end]) == Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(rest)))
            {
                return true;
            }
        }

        return false;
    }

    private static FragmentReader Fragments(ArraySegment<byte> block, ulong? logNumber)
    {
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(new LogBlock(block, Offset: 0));
        return fragments;
    }
}
