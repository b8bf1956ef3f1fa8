using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>The magic numbers of RFC 8878, sections 3.1.1 and 3.1.2.</summary>
internal static class ZstdFrameHeader
{
    /// <summary>What a Zstandard frame begins with.</summary>
    public const uint Magic = 0xFD2FB528;

    /// <summary>The longest header of a frame, in bytes.</summary>
    public const int MaximumLength = 18;

    /// <summary>What a skippable frame begins with, apart from the lowest four bits. LZ4 has the same skippable frames.</summary>
    public const uint SkippableMagic = 0x184D2A50;

    /// <summary>The bits of a skippable frame's magic number that are the same in all of them.</summary>
    public const uint SkippableMask = 0xFFFFFFF0;

    /// <summary>Whether bytes begin with a Zstandard frame, as far as the magic number says so.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out uint magic) && magic == Magic;

    /// <summary>
    /// Reads the sizes of the content and the window from the header of a frame that states its content size and names no dictionary
    /// (RFC 8878, section 3.1.1.1). Both are claims. Returns false for other frames, and for sources shorter than the longest header.
    /// </summary>
    public static bool TryReadSizes(ReadOnlySpan<byte> source, out ulong contentSize, out ulong windowSize)
    {
        (contentSize, windowSize) = (0, 0);
        if (source.Length < MaximumLength || !Begins(source))
        {
            return false;
        }

        // Bits of the descriptor: 6 and 7 the length of the content size, 5 a single segment, 3 reserved, 0 and 1 the length of the dictionary id.
        int descriptor = source[4];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        ReadOnlySpan<byte> field = source[(isSingleSegment ? 5 : 6)..];
        contentSize = (descriptor >> 6) switch
        {
            0 => field[0],
            1 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256u,
            2 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
        };
        ulong windowBase = 1UL << (10 + (source[5] >> 3));
        windowSize = isSingleSegment ? contentSize : windowBase + (windowBase / 8 * (source[5] & 7u));
        return (descriptor & 0x0B) == 0 && (isSingleSegment || descriptor >> 6 != 0);
    }
}
