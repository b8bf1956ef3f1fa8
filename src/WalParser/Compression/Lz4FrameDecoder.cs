using System.Buffers.Binary;
using K4os.Compression.LZ4.Streams;
using K4os.Compression.LZ4.Streams.Frames;

namespace WalParser.Compression;

/// <summary>
/// Decodes LZ4 frames with K4os, which verifies their checksums. This class checks what K4os does not: K4os trusts the lengths of blocks,
/// accepts matches with the offset 0, ignores the content size and the reserved bits, and does not support skippable frames (LZ4 Frame
/// Format Description 1.6.4).
/// </summary>
internal sealed class Lz4FrameDecoder : PackagedFrameDecoder
{
    public const uint Magic = 0x184D2204;

    private const uint StoredBit = 0x80000000;
    private const int Margin = 16;

    private readonly StreamLZ4FrameReader _reader;
    private bool _hasBlockChecksums;
    private bool _hasContentChecksum;
    private int _blockSizeLimit;
    private ulong? _claimed;
    private ulong _produced;

    public Lz4FrameDecoder() => _reader = LZ4Frame.Decode(Unit, leaveOpen: true);

    public override void Dispose() => _reader.Dispose();

    protected override DecompressionStatus Step(ReadOnlySpan<byte> source, out int used)
    {
        used = 0;
        return source.Length < sizeof(uint) ? DecompressionStatus.NeedMoreInput
            : IsInFrame ? ReadBlock(source, BinaryPrimitives.ReadUInt32LittleEndian(source), ref used)
            : ReadHeader(source, BinaryPrimitives.ReadUInt32LittleEndian(source), ref used);
    }

    // A call reads no further than one header, one block, or the end of a frame.
    protected override int Read(Span<byte> room)
    {
        if (IsInFrame)
        {
            return _reader.ReadManyBytes(room, interactive: true);
        }

        _reader.OpenFrame();
        return 0;
    }

    private DecompressionStatus ReadHeader(ReadOnlySpan<byte> source, uint magic, ref int used)
    {
        bool isSkippable = (magic & ZstdFrameHeader.SkippableMask) == ZstdFrameHeader.SkippableMagic;
        if (magic != Magic && !isSkippable)
        {
            return Fail(DecompressionStatus.UnknownFormat, "not an LZ4 frame");
        }

        // The flags are 0x08 for the content size and 0x01 for a dictionary.
        int flags = source.Length > sizeof(uint) && !isSkippable ? source[sizeof(uint)] : 0;
        int length = isSkippable ? 8 : 7 + ((flags & 0x08) != 0 ? sizeof(ulong) : 0) + ((flags & 0x01) != 0 ? sizeof(uint) : 0);
        if (source.Length < length)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        used = length;
        if (isSkippable)
        {
            return Skip(BinaryPrimitives.ReadUInt32LittleEndian(source[sizeof(uint)..]));
        }

        // Block size codes range from 4, for 64 KiB, to 7, for 4 MiB.
        int code = source[5] >> 4;
        if (flags >> 6 != 1 || (flags & 0x02) != 0 || (source[5] & 0x8F) != 0 || code < 4)
        {
            return Fail(
                DecompressionStatus.Corrupt, "the frame has an unsupported version, or its header has a reserved bit or block size");
        }

        if ((flags & 0x01) != 0)
        {
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(source[(length - 5)..]);
            return Fail(
                DecompressionStatus.DictionaryRequired,
                $"the frame was made with dictionary {id}, and LZ4 dictionaries are not supported");
        }

        (_hasBlockChecksums, _hasContentChecksum) = ((flags & 0x10) != 0, (flags & 0x04) != 0);
        _blockSizeLimit = 1 << (8 + (2 * code));
        _claimed = (flags & 0x08) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(source[6..]) : null;
        _produced = 0;
        DecompressionStatus status = Feed(source[..length], room: 0, "the frame's header is not valid", out _);
        IsInFrame = true;
        return status;
    }

    private DecompressionStatus ReadBlock(ReadOnlySpan<byte> source, uint size, ref int used)
    {
        uint content = size & ~StoredBit;
        if (content > (uint)_blockSizeLimit)
        {
            return Fail(DecompressionStatus.Corrupt, "a block is larger than a block of the frame may be");
        }

        bool isEnd = size == 0;
        int length = sizeof(uint) + (int)content + ((isEnd ? _hasContentChecksum : _hasBlockChecksums) ? sizeof(uint) : 0);
        if (source.Length < length)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        if ((size & StoredBit) == 0 && Lz4Sequences.HasZeroOffset(source.Slice(sizeof(uint), (int)content)))
        {
            return Fail(DecompressionStatus.Corrupt, Lz4Sequences.ZeroOffset);
        }

        // The room is the maximum that the block can fill, plus a margin to detect that it delivers more than allowed.
        used = length;
        int most = isEnd ? 0 : (int)Math.Min(_blockSizeLimit, content * 255L);
        DecompressionStatus status = Feed(source[..length], most + Margin, "a block is not a valid LZ4 block", out int given);
        _produced += (ulong)given;
        if (status == Continue && (given > most || _produced > _claimed || (isEnd && _produced < _claimed)))
        {
            return Fail(DecompressionStatus.Corrupt, "the content is not of the size that the frame claims or allows");
        }

        IsInFrame = !isEnd;
        return status == Continue && isEnd ? DecompressionStatus.Done : status;
    }
}
