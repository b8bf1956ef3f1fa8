using System.Buffers.Binary;
using WalParser.Checksums;

namespace WalParser.Compression;

/// <summary>
/// A decoder of the Snappy framing format that is fed piece by piece. The format has no end: after every chunk the source may end.
/// </summary>
internal sealed class SnappyFrameDecoder : BufferedFrameDecoder
{
    private const int ChunkHeaderLength = 4;
    private const int ChecksumLength = 4;
    private const int ContentLimit = 64 * 1024;
    private const int CompressedChunk = 0x00;
    private const int StoredChunk = 0x01;
    private const int FirstSkippableChunk = 0x80;
    private const int IdentifierChunk = 0xFF;

    private Stage _stage;
    private bool _identified;
    private int _chunkType;
    private int _chunkLength;

    private enum Stage
    {
        ChunkHeader,
        Chunk,
        Skip,
    }

    public SnappyFrameDecoder() => Output = GC.AllocateUninitializedArray<byte>(ContentLimit);

    /// <summary>The chunk every stream begins with.</summary>
    public static ReadOnlySpan<byte> Identifier => [0xFF, 0x06, 0x00, 0x00, (byte)'s', (byte)'N', (byte)'a', (byte)'P', (byte)'p', (byte)'Y'];

    protected override bool IsAtBoundary => _stage == Stage.ChunkHeader;

    protected override DecompressionStatus Step(ref ReadOnlySpan<byte> source)
    {
        switch (_stage)
        {
            case Stage.Skip:
                var skipped = Math.Min(source.Length, _chunkLength);
                source = source[skipped..];
                _chunkLength -= skipped;
                _stage = _chunkLength == 0 ? Stage.ChunkHeader : Stage.Skip;
                return _chunkLength == 0 ? Continue : DecompressionStatus.NeedMoreInput;
            case Stage.ChunkHeader:
                return TryTake(ref source, ChunkHeaderLength, out var header)
                    ? BeginChunk(header)
                    : DecompressionStatus.NeedMoreInput;
            default:
                return TryTake(ref source, _chunkLength, out var chunk) ? ReadChunk(chunk) : DecompressionStatus.NeedMoreInput;
        }
    }

    private DecompressionStatus BeginChunk(ReadOnlySpan<byte> header)
    {
        _chunkType = header[0];
        _chunkLength = header[1] | (header[2] << 8) | (header[3] << 16);
        if (!_identified && !header.SequenceEqual(Identifier[..ChunkHeaderLength]))
        {
            return Fail(DecompressionStatus.UnknownFormat, "not in the Snappy framing format");
        }

        switch (_chunkType)
        {
            case CompressedChunk or StoredChunk:
                // Compressed, content is never larger than a sixth and 32 bytes more.
                if (_chunkLength < ChecksumLength || _chunkLength > ChecksumLength + 32 + ContentLimit + (ContentLimit / 6))
                {
                    return Fail(DecompressionStatus.Corrupt, "a chunk has a length no chunk of its type can have");
                }

                _stage = Stage.Chunk;
                return Continue;
            case IdentifierChunk:
                if (_chunkLength != Identifier.Length - ChunkHeaderLength)
                {
                    return Fail(DecompressionStatus.Corrupt, "a stream identifier has a wrong length");
                }

                _stage = Stage.Chunk;
                return Continue;
            case >= FirstSkippableChunk:
                _stage = Stage.Skip;
                return Continue;
            default:
                return Fail(DecompressionStatus.Corrupt, "a chunk is of a reserved type that must not be skipped");
        }
    }

    private DecompressionStatus ReadChunk(ReadOnlySpan<byte> chunk)
    {
        _stage = Stage.ChunkHeader;
        if (_chunkType == IdentifierChunk)
        {
            if (!chunk.SequenceEqual(Identifier[ChunkHeaderLength..]))
            {
                return Fail(_identified ? DecompressionStatus.Corrupt : DecompressionStatus.UnknownFormat, "a stream identifier is wrong");
            }

            _identified = true;
            return Continue;
        }

        var content = chunk[ChecksumLength..];
        if (_chunkType == StoredChunk)
        {
            if (content.Length > ContentLimit)
            {
                return Fail(DecompressionStatus.Corrupt, "a chunk holds more than a chunk may");
            }

            content.CopyTo(Output);
            Length = content.Length;
        }
        else
        {
            var result = SnappyBlock.Decompress(content, Output);
            if (!result.IsDone)
            {
                return Fail(DecompressionStatus.Corrupt, "a chunk is not a valid Snappy block");
            }

            Length = result.Written;
        }

        Delivered = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(chunk) != Crc32C.Mask(Crc32C.Compute(Output.AsSpan(0, Length))))
        {
            Length = 0;
            return Fail(DecompressionStatus.ChecksumMismatch, "a chunk's checksum is not that of its content");
        }

        return Continue;
    }
}
