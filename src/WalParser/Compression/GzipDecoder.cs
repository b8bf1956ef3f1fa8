using System.IO.Compression;

namespace WalParser.Compression;

/// <summary>
/// gzip members by the base class library, which takes a file that is cut off for one that ends there. So one more member, of a known content, is put after the
/// file's end: it comes out just as it went in if the file is whole.
/// </summary>
internal sealed class GzipDecoder : IFrameDecoder
{
    /// <summary>A member of 16 bytes, stored, that no file which is cut off gives by chance.</summary>
    private static ReadOnlySpan<byte> MarkMember =>
    [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x01, 0x10, 0x00, 0xEF, 0xFF,
        0x9E, 0x37, 0x79, 0xB9, 0x7F, 0x4A, 0x7C, 0x15, 0xF3, 0x9C, 0xC0, 0x60, 0x5C, 0xED, 0xC8, 0x34,
        0x4E, 0x4F, 0xC1, 0xFE, 0x10, 0x00, 0x00, 0x00,
    ];

    private static ReadOnlySpan<byte> Mark => MarkMember.Slice(15, 16);

    private readonly MemoryStream _input = new();
    private readonly GZipStream _content;
    private bool _isLast;

    public GzipDecoder() => _content = new GZipStream(_input, CompressionMode.Decompress);

    public string? Reason { get; private set; }

    public bool IsBetweenFrames { get; private set; }

    public void End()
    {
        _isLast = true;
        Feed(MarkMember);
    }

    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        try
        {
            if (_isLast)
            {
                Span<byte> tail = stackalloc byte[Mark.Length + 1];
                int length = _content.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
                IsBetweenFrames = tail[..length].SequenceEqual(Mark);
                return IsBetweenFrames ? DecompressionStatus.NeedMoreInput : Fail("the gzip file is cut off, or something else follows it");
            }

            written = _content.Read(destination);
            if (written > 0)
            {
                return DecompressionStatus.DestinationTooSmall;
            }
        }
        catch (InvalidDataException exception)
        {
            return Fail(exception.Message.TrimEnd('.'));
        }

        if (_input.Position < _input.Length)
        {
            return Fail("something else follows the gzip file");
        }

        Feed(source);
        consumed = source.Length;
        return DecompressionStatus.NeedMoreInput;
    }

    public void Dispose() => _content.Dispose();

    private DecompressionStatus Fail(string reason)
    {
        Reason = reason;
        return DecompressionStatus.Corrupt;
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        _input.SetLength(0);
        _input.Write(bytes);
        _input.Position = 0;
    }
}
