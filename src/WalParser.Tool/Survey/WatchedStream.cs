namespace WalParser.Tool.Survey;

/// <summary>
/// Passes a log's bytes on and remembers what only they can tell: how many there are, and where the last one that is not
/// zero lies. Reads are synchronous also where they are asked for otherwise: for a file nothing is gained by waiting.
/// </summary>
internal sealed class WatchedStream(Stream inner) : Stream
{
    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Offset behind the last byte that is not zero; 0 if there is none.</summary>
    public long EndOfNonZero { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);

        // From the end, so that it takes no time unless there are zeros.
        int last = buffer[..count].LastIndexOfAnyExcept((byte)0);
        if (last >= 0)
        {
            EndOfNonZero = BytesRead + last + 1;
        }

        BytesRead += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
