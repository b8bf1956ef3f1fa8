using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>The header of a Zstandard frame or of a skippable frame (RFC 8878, sections 3.1.1.1 and 3.1.2).</summary>
public readonly struct ZstdFrameHeader
{
    internal const uint Magic = 0xFD2FB528;
    internal const uint SkippableMagic = 0x184D2A50;
    internal const uint SkippableMask = 0xFFFFFFF0;
    internal const int MaximumLength = 18;
    internal const int MaximumBlockSize = 128 * 1024;

    private const int SkippableLength = 8;
    private const int ReservedBit = 0x08;
    private const int ChecksumBit = 0x04;
    private const int SingleSegmentBit = 0x20;

    /// <summary>How many bytes the header itself takes.</summary>
    public int HeaderLength { get; private init; }

    /// <summary>Whether this is a skippable frame; <see cref="ContentSize"/> is then the number of bytes to skip.</summary>
    public bool IsSkippable { get; private init; }

    /// <summary>The size the frame claims its content has, if it claims any.</summary>
    public ulong? ContentSize { get; private init; }

    /// <summary>How far back in the content the frame may refer.</summary>
    public ulong WindowSize { get; private init; }

    /// <summary>The number of the dictionary the frame was made with, 0 for none.</summary>
    public uint DictionaryId { get; private init; }

    /// <summary>Whether a checksum of the content follows the last block.</summary>
    public bool HasChecksum { get; private init; }

    /// <summary>The most a block may hold, compressed or not.</summary>
    public int BlockSizeLimit => (int)Math.Min(WindowSize, MaximumBlockSize);

    /// <summary>Reads a frame header.</summary>
    /// <param name="source">Where a frame begins.</param>
    /// <param name="header">The header, if all of it is there.</param>
    /// <param name="needed">How many bytes are needed to get on, after <see cref="DecompressionStatus.NeedMoreInput"/>.</param>
    /// <returns>Done, NeedMoreInput, UnknownFormat, or Corrupt for a reserved bit, or WindowTooLarge for a window over 2 GiB.</returns>
    public static DecompressionStatus TryRead(ReadOnlySpan<byte> source, out ZstdFrameHeader header, out int needed)
    {
        header = default;
        needed = 5;
        if (source.Length < 5)
        {
            return CanBecomeMagic(source) ? DecompressionStatus.NeedMoreInput : DecompressionStatus.UnknownFormat;
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (magic != Magic)
        {
            if ((magic & SkippableMask) != SkippableMagic)
            {
                return DecompressionStatus.UnknownFormat;
            }

            needed = SkippableLength;
            if (source.Length < SkippableLength)
            {
                return DecompressionStatus.NeedMoreInput;
            }

            var skipped = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            header = new ZstdFrameHeader { HeaderLength = SkippableLength, IsSkippable = true, ContentSize = skipped };
            return DecompressionStatus.Done;
        }

        int descriptor = source[4];
        var singleSegment = (descriptor & SingleSegmentBit) != 0;
        var dictionaryLength = (1 << (descriptor & 3)) >> 1;
        var contentSizeCode = descriptor >> 6;
        var contentSizeLength = contentSizeCode == 0 ? (singleSegment ? 1 : 0) : 1 << contentSizeCode;
        needed = 5 + (singleSegment ? 0 : 1) + dictionaryLength + contentSizeLength;
        if (source.Length < needed)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        if ((descriptor & ReservedBit) != 0)
        {
            return DecompressionStatus.Corrupt;
        }

        var position = 5;
        ulong windowSize = 0;
        if (!singleSegment)
        {
            int window = source[position++];
            var exponent = 10 + (window >> 3);
            if (exponent > 31)
            {
                return DecompressionStatus.WindowTooLarge;
            }

            windowSize = (1UL << exponent) + ((1UL << exponent >> 3) * (ulong)(window & 7));
        }

        var dictionaryId = dictionaryLength switch
        {
            0 => 0U,
            1 => source[position],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(source[position..]),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(source[position..]),
        };
        position += dictionaryLength;
        ulong? contentSize = contentSizeLength switch
        {
            0 => default(ulong?),
            1 => source[position],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(source[position..]) + 256UL,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(source[position..]),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(source[position..]),
        };
        header = new ZstdFrameHeader
        {
            HeaderLength = needed,
            ContentSize = contentSize,
            WindowSize = singleSegment ? contentSize.GetValueOrDefault() : windowSize,
            DictionaryId = dictionaryId,
            HasChecksum = (descriptor & ChecksumBit) != 0,
        };
        return DecompressionStatus.Done;
    }

    // Fewer bytes than a magic number: are they the beginning of one?
    private static bool CanBecomeMagic(ReadOnlySpan<byte> source)
    {
        Span<byte> completed = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(completed, Magic);
        var given = source[..Math.Min(4, source.Length)];
        if (given.SequenceEqual(completed[..given.Length]))
        {
            return true;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(completed, SkippableMagic);
        given.CopyTo(completed);
        return (BinaryPrimitives.ReadUInt32LittleEndian(completed) & SkippableMask) == SkippableMagic;
    }
}
