using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>
/// A decoder of LZ4 frames that is fed piece by piece, as <see cref="ZstdDecoder"/> is. Frames with linked and with independent
/// blocks; header, block and content checksums are verified, dictionaries are not supported.
/// </summary>
internal sealed unsafe class Lz4FrameDecoder : BufferedFrameDecoder
{
    public const uint Magic = 0x184D2204;

    private const int HistoryLength = 64 * 1024;
    private const int SmallestHeader = 3;
    private const uint StoredBit = 0x80000000;

    private XxHash32 _checksum;
    private Stage _stage;
    private int _flags;
    private int _headerLength;
    private int _blockSizeLimit;
    private ulong? _contentSize;
    private ulong _produced;
    private int _blockLength;
    private bool _stored;
    private uint _skipped;

    private enum Stage
    {
        Magic,
        Descriptor,
        Header,
        BlockSize,
        Block,
        Checksum,
        SkippedSize,
        Skip,
        FrameEnd,
    }

    protected override bool IsAtBoundary => _stage == Stage.Magic;

    private bool Linked => (_flags & 0x20) == 0;

    private bool HasBlockChecksums => (_flags & 0x10) != 0;

    private bool HasContentSize => (_flags & 0x08) != 0;

    private bool HasContentChecksum => (_flags & 0x04) != 0;

    private bool HasDictionary => (_flags & 0x01) != 0;

    protected override DecompressionStatus Step(ref ReadOnlySpan<byte> source)
    {
        switch (_stage)
        {
            case Stage.Skip:
                var skipped = (int)Math.Min((uint)source.Length, _skipped);
                source = source[skipped..];
                _skipped -= (uint)skipped;
                _stage = _skipped == 0 ? Stage.FrameEnd : Stage.Skip;
                return _skipped == 0 ? Continue : DecompressionStatus.NeedMoreInput;
            case Stage.FrameEnd:
                _stage = Stage.Magic;
                return DecompressionStatus.Done;
            default:
                var unitLength = _stage switch
                {
                    Stage.Descriptor => SmallestHeader,
                    Stage.Header => _headerLength,
                    Stage.Block => _blockLength + (HasBlockChecksums ? 4 : 0),
                    _ => 4,
                };
                return TryTake(ref source, unitLength, out var unit) ? Take(unit) : DecompressionStatus.NeedMoreInput;
        }
    }

    private DecompressionStatus Take(ReadOnlySpan<byte> unit)
    {
        switch (_stage)
        {
            case Stage.Magic:
                var magic = BinaryPrimitives.ReadUInt32LittleEndian(unit);
                if (magic != Magic && (magic & ZstdFrameHeader.SkippableMask) != ZstdFrameHeader.SkippableMagic)
                {
                    return Fail(DecompressionStatus.UnknownFormat, "not an LZ4 frame");
                }

                _stage = magic == Magic ? Stage.Descriptor : Stage.SkippedSize;
                return Continue;
            case Stage.SkippedSize:
                _skipped = BinaryPrimitives.ReadUInt32LittleEndian(unit);
                _stage = Stage.Skip;
                return Continue;
            case Stage.Descriptor:
                return ReadDescriptor(unit);
            case Stage.Header:
                return ReadHeader(unit);
            case Stage.BlockSize:
                return ReadBlockSize(BinaryPrimitives.ReadUInt32LittleEndian(unit));
            case Stage.Block:
                return ReadBlock(unit);
            default:
                if (BinaryPrimitives.ReadUInt32LittleEndian(unit) != _checksum.ToHash())
                {
                    return Fail(DecompressionStatus.ChecksumMismatch, "the frame's checksum is not that of its content");
                }

                _stage = Stage.FrameEnd;
                return Continue;
        }
    }

    // The flags, the block size and either the header checksum or what comes before it.
    private DecompressionStatus ReadDescriptor(ReadOnlySpan<byte> descriptor)
    {
        _flags = descriptor[0];
        int blockSize = descriptor[1];
        if (_flags >> 6 != 1 || (_flags & 0x02) != 0 || (blockSize & 0x8F) != 0)
        {
            return Fail(DecompressionStatus.Corrupt, "the frame is of another version, or a reserved bit of its header is set");
        }

        var code = blockSize >> 4;
        if (code < 4)
        {
            return Fail(DecompressionStatus.Corrupt, "the frame's block size is none there is");
        }

        if (HasDictionary)
        {
            return Fail(DecompressionStatus.DictionaryRequired, "the frame was made with a dictionary");
        }

        _blockSizeLimit = 1 << (8 + (2 * code));
        _checksum.Reset();
        _checksum.Append(descriptor[..2]);
        if (HasContentSize)
        {
            // The third byte is the first of the size. It is kept in the hash only; the size is put together around it.
            _contentSize = descriptor[2];
            _headerLength = 8;
            _checksum.Append(descriptor[2..]);
            _stage = Stage.Header;
            return Continue;
        }

        _contentSize = null;
        return BeginBlocks(descriptor[2]);
    }

    // The remaining seven bytes of the content size, and the header checksum.
    private DecompressionStatus ReadHeader(ReadOnlySpan<byte> header)
    {
        _checksum.Append(header[..7]);
        var high = BinaryPrimitives.ReadUInt64LittleEndian(header) & 0x00FFFFFFFFFFFFFF;
        _contentSize |= high << 8;
        return BeginBlocks(header[7]);
    }

    private DecompressionStatus BeginBlocks(byte headerChecksum)
    {
        if (headerChecksum != (byte)(_checksum.ToHash() >> 8))
        {
            return Fail(DecompressionStatus.ChecksumMismatch, "the frame header's checksum is not that of the header");
        }

        _checksum.Reset();
        _produced = 0;
        Length = 0;
        Delivered = 0;
        _stage = Stage.BlockSize;
        return Continue;
    }

    private DecompressionStatus ReadBlockSize(uint size)
    {
        if (size == 0)
        {
            if (_contentSize is { } claimed && claimed != _produced)
            {
                return Fail(DecompressionStatus.Corrupt, "the frame's content is not of the size the frame claims");
            }

            _stage = HasContentChecksum ? Stage.Checksum : Stage.FrameEnd;
            return Continue;
        }

        _stored = (size & StoredBit) != 0;
        size &= ~StoredBit;
        if (size > (uint)_blockSizeLimit)
        {
            return Fail(DecompressionStatus.Corrupt, "a block is larger than a block of the frame may be");
        }

        _blockLength = (int)size;
        _stage = Stage.Block;
        return Continue;
    }

    private DecompressionStatus ReadBlock(ReadOnlySpan<byte> unit)
    {
        var block = unit[.._blockLength];
        if (HasBlockChecksums && BinaryPrimitives.ReadUInt32LittleEndian(unit[_blockLength..]) != XxHash32.Hash(block))
        {
            return Fail(DecompressionStatus.ChecksumMismatch, "a block's checksum is not that of the block");
        }

        // No more than the block can give, whatever the frame says of its size.
        var limit = (int)Math.Min(_blockSizeLimit, (long)_blockLength * Lz4Block.MaximumExpansion);
        Reserve(limit);
        int written;
        if (_stored)
        {
            block.CopyTo(Output.AsSpan(Length));
            written = _blockLength;
        }
        else
        {
            fixed (byte* from = block)
            {
                fixed (byte* to = Output)
                {
                    written = Lz4Block.Decode(from, _blockLength, to + Length, limit, Linked ? Length : 0);
                }
            }

            if (written < 0)
            {
                return Fail(DecompressionStatus.Corrupt, "a block is not a valid LZ4 block");
            }
        }

        if (HasContentChecksum)
        {
            _checksum.Append(Output.AsSpan(Length, written));
        }

        Length += written;
        _produced += (ulong)written;
        if (_contentSize is { } claimed && _produced > claimed)
        {
            return Fail(DecompressionStatus.Corrupt, "the frame's content is larger than the frame claims");
        }

        _stage = Stage.BlockSize;
        return Continue;
    }

    // Makes room for a block after what linked blocks may refer to.
    private void Reserve(int length)
    {
        if (Output.Length - Length >= length)
        {
            return;
        }

        var kept = Linked ? Math.Min(Length, HistoryLength) : 0;
        var target = kept + length > Output.Length ? GC.AllocateUninitializedArray<byte>(Math.Max(kept + length, HistoryLength)) : Output;
        Output.AsSpan(Length - kept, kept).CopyTo(target);
        Output = target;
        Length = kept;
        Delivered = kept;
    }
}
