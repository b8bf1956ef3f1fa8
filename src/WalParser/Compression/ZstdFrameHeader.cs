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
}
