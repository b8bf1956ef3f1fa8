using System.IO.Compression;

namespace WalParser.Compression;

/// <summary>
/// gzip members by the base class library, which takes a file that is cut off for one that ends there. So one more member, of a known content, is put after the
/// file's end: if the file is whole, its content ends with that, and it is taken off again.
/// </summary>
internal sealed class GzipDecoder : IFrameDecoder
{
    /// <summary>No log ends so, and no chance makes it.</summary>
    private static readonly byte[] Mark = [0x9E, 0x37, 0x79, 0xB9, 0x7F, 0x4A, 0x7C, 0x15, 0xF3, 0x9C, 0xC0, 0x60, 0x5C, 0xED, 0xC8, 0x34];

    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly MemoryStream _input = new();
    private readonly GZipStream _content;

    // What was decompressed and not yet delivered: as many bytes as the mark has are held back until more follow.
    private readonly byte[] _held = new byte[32 * 1024];
    private int _start;
    private int _end;
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
        consumed = _input.Position == _input.Length ? source.Length : 0;
        written = 0;
        if (consumed > 0)
        {
            Feed(source);
        }

        while (Reason is null && _end - _start <= Mark.Length)
        {
            _held.AsSpan(_start, _end - _start).CopyTo(_held);
            (_start, _end) = (0, _end - _start);
            try
            {
                int count = _content.Read(_held.AsSpan(_end));
                _end += count;
                IsBetweenFrames = count == 0 && _isLast && _held.AsSpan(0, _end).SequenceEqual(Mark);
                if (count == 0 && (IsBetweenFrames || !_isLast))
                {
                    return DecompressionStatus.NeedMoreInput;
                }

                Reason = count == 0 ? "the gzip file is cut off, or something else follows it" : null;
            }
            catch (InvalidDataException exception)
            {
                Reason = exception.Message.TrimEnd('.');
            }
        }

        // What was read before the damage is good.
        written = Math.Min(destination.Length, _end - _start - (Reason is null ? Mark.Length : 0));
        _held.AsSpan(_start, written).CopyTo(destination);
        _start += written;
        return Reason is null || _start < _end ? DecompressionStatus.DestinationTooSmall : DecompressionStatus.Corrupt;
    }

    public void Dispose() => _content.Dispose();

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_input.Position == _input.Length)
        {
            _input.SetLength(0);
        }

        long position = _input.Position;
        _input.Position = _input.Length;
        _input.Write(bytes);
        _input.Position = position;
    }

    private static byte[] Compress(byte[] content)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.NoCompression))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }
}
