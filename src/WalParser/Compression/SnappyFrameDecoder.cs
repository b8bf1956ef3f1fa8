using System.Buffers.Binary;
using System.IO.Compression;
using Snappier;
using WalParser.Checksums;
using WalParser.Coding;

namespace WalParser.Compression;

/// <summary>
/// Decodes the Snappy framing format with Snappier, which verifies its checksums. This class adds the checks that the stream of Snappier
/// lacks: it trusts the lengths of chunks and of their contents, does not require an identifier, and treats a truncated stream as a
/// complete one. The format has no end mark: the source may end after any chunk.
/// </summary>
internal sealed class SnappyFrameDecoder : PackagedFrameDecoder
{
    private const int HeaderLength = 4, ChecksumLength = 4, ContentLimit = 64 * 1024;
    private const int CompressedChunk = 0x00, StoredChunk = 0x01, FirstSkippableChunk = 0x80, IdentifierChunk = 0xFF;
    private const string Flaw = "a chunk is not a valid Snappy block";

    private readonly SnappyStream _stream;
    private bool _isIdentified;

    public SnappyFrameDecoder() => _stream = new SnappyStream(Unit, CompressionMode.Decompress, leaveOpen: true);

    /// <summary>The chunk at the start of every stream.</summary>
    public static ReadOnlySpan<byte> Identifier =>
        [0xFF, 0x06, 0x00, 0x00, (byte)'s', (byte)'N', (byte)'a', (byte)'P', (byte)'p', (byte)'Y'];

    public override void Dispose() => _stream.Dispose();

    protected override DecompressionStatus Step(ReadOnlySpan<byte> source, out int used)
    {
        used = 0;
        if (source.Length < HeaderLength)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        int type = source[0];
        int length = source[1] | (source[2] << 8) | (source[3] << 16);
        if (!_isIdentified && !source[..HeaderLength].SequenceEqual(Identifier[..HeaderLength]))
        {
            return Fail(DecompressionStatus.UnknownFormat, "not in the Snappy framing format");
        }

        if (type is >= FirstSkippableChunk and < IdentifierChunk)
        {
            used = HeaderLength;
            return Skip(length);
        }

        // Compression enlarges content by at most one sixth plus 32 bytes.
        (int least, int most) = type switch
        {
            CompressedChunk => (ChecksumLength + 1, ChecksumLength + 32 + ContentLimit + (ContentLimit / 6)),
            StoredChunk => (ChecksumLength, ChecksumLength + ContentLimit),
            IdentifierChunk => (Identifier.Length - HeaderLength, Identifier.Length - HeaderLength),
            _ => (0, -1),
        };
        if (length < least || length > most)
        {
            string what = most < 0 ? "is of a reserved type, which must not be skipped" : $"has the invalid length {length}";
            return Fail(DecompressionStatus.Corrupt, $"a chunk of type {type} {what}");
        }

        if (source.Length < HeaderLength + length)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        used = HeaderLength + length;
        return type == IdentifierChunk ? ReadIdentifier(source[..used]) : ReadChunk(type, source[..used]);
    }

    protected override int Read(Span<byte> room) => _stream.Read(room);

    private DecompressionStatus ReadIdentifier(ReadOnlySpan<byte> chunk)
    {
        DecompressionStatus failure = _isIdentified ? DecompressionStatus.Corrupt : DecompressionStatus.UnknownFormat;
        _isIdentified = chunk.SequenceEqual(Identifier);
        return _isIdentified ? Continue : Fail(failure, "a stream identifier is wrong");
    }

    // The stream gets exactly the room that the chunk claims: it ends there and does not read the rest of the chunk as the next one.
    private DecompressionStatus ReadChunk(int type, ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> content = chunk[(HeaderLength + ChecksumLength)..];
        uint size = (uint)content.Length;
        if ((type == CompressedChunk && !Varint.TryRead32(ref content, out size)) || size > ContentLimit)
        {
            return Fail(DecompressionStatus.Corrupt, "a chunk claims more content than a chunk may contain");
        }

        if (size == 0)
        {
            bool isRight = content.IsEmpty
                && BinaryPrimitives.ReadUInt32LittleEndian(chunk[HeaderLength..]) == Crc32C.Mask(Crc32C.Compute([]));
            return isRight ? Continue : Fail(DecompressionStatus.Corrupt, Flaw);
        }

        if (type == CompressedChunk && !SnappyBlockDecompressor.Produces(content, size))
        {
            return Fail(DecompressionStatus.Corrupt, Flaw);
        }

        DecompressionStatus status = Feed(chunk, (int)size, Flaw, out int given);
        return status != Continue || given == size ? status : Fail(DecompressionStatus.Corrupt, Flaw);
    }
}
