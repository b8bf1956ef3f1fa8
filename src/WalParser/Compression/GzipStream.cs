using System.IO.Compression;

namespace WalParser.Compression;

/// <summary>
/// Reads a gzip file by .NET's own stream, and tells one that is cut off, which that takes for one that ends there: behind
/// the file, the stream is given one more member, of a content that is known. If the file is whole, its content ends with
/// that, and it is taken off again.
/// </summary>
internal sealed class GzipStream : ForwardStream
{
    /// <summary>No log ends so, and no chance makes it.</summary>
    private static readonly byte[] Mark = [0x9E, 0x37, 0x79, 0xB9, 0x7F, 0x4A, 0x7C, 0x15, 0xF3, 0x9C, 0xC0, 0x60, 0x5C, 0xED, 0xC8, 0x34];

    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream _content;

    // What was read and not yet handed out: as many bytes as the mark has are held back until more follow.
    private readonly byte[] _held = new byte[32 * 1024];
    private int _start;
    private int _end;
    private bool _hasEnded;
    private string? _damage;

    public GzipStream(Stream source, bool leaveOpen) =>
        _content = new GZipStream(new SourceWithMark(source, leaveOpen), CompressionMode.Decompress);

    public override int Read(Span<byte> buffer)
    {
        while (!CanTake)
        {
            MakeRoom();
            try
            {
                Received(_content.Read(_held.AsSpan(_end)));
            }
            catch (InvalidDataException exception)
            {
                Ended(exception.Message);
            }
        }

        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!CanTake)
        {
            MakeRoom();
            try
            {
                Received(await _content.ReadAsync(_held.AsMemory(_end), cancellationToken).ConfigureAwait(false));
            }
            catch (InvalidDataException exception)
            {
                Ended(exception.Message);
            }
        }

        return Take(buffer.Span);
    }

    private bool CanTake => _hasEnded || _end - _start > Mark.Length;

    private int Take(Span<byte> buffer)
    {
        int available = _hasEnded ? _end - _start : _end - _start - Mark.Length;
        if (available == 0 && _damage is not null)
        {
            throw new InvalidDataException(_damage);
        }

        int count = Math.Min(available, buffer.Length);
        _held.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private void MakeRoom()
    {
        _held.AsSpan(_start, _end - _start).CopyTo(_held);
        _end -= _start;
        _start = 0;
    }

    private void Received(int count)
    {
        _end += count;
        if (count == 0)
        {
            bool isWhole = _held.AsSpan(_start, _end - _start).SequenceEqual(Mark);
            Ended(isWhole ? null : "The gzip file is cut off, or something else follows it.");
            _end -= isWhole ? Mark.Length : 0;
        }
    }

    private void Ended(string? damage)
    {
        _hasEnded = true;
        _damage = damage;
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

    /// <summary>The source, and behind it the member with the mark.</summary>
    private sealed class SourceWithMark(Stream source, bool leaveOpen) : ForwardStream
    {
        private int _markPosition = -1;

        public override int Read(Span<byte> buffer)
        {
            int count = _markPosition < 0 ? source.Read(buffer) : 0;
            return count > 0 ? count : ReadMark(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = _markPosition < 0 ? await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : 0;
            return count > 0 ? count : ReadMark(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !leaveOpen)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }

        private int ReadMark(Span<byte> buffer)
        {
            _markPosition = Math.Max(_markPosition, 0);
            int count = Math.Min(buffer.Length, MarkMember.Length - _markPosition);
            MarkMember.AsSpan(_markPosition, count).CopyTo(buffer);
            _markPosition += count;
            return count;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
