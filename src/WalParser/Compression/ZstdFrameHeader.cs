using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>The magic numbers of RFC 8878, sections 3.1.1 and 3.1.2.</summary>
internal static class ZstdFrameHeader
{
    /// <summary>The magic number of a Zstandard frame.</summary>
    public const uint Magic = 0xFD2FB528;

    /// <summary>The maximum length of a frame header, in bytes.</summary>
    public const int MaximumLength = 18;

    /// <summary>The magic number of a skippable frame, except for its lowest four bits. LZ4 uses the same skippable frames.</summary>
    public const uint SkippableMagic = 0x184D2A50;

    /// <summary>The bits of the magic number that are the same in all skippable frames.</summary>
    public const uint SkippableMask = 0xFFFFFFF0;

    /// <summary>Returns whether the bytes begin with the magic number of a Zstandard frame.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out uint magic) && magic == Magic;
}
