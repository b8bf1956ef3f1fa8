namespace WalParser.LogWriterProcess;

/// <summary>A file that is written in random pieces, each of which is visible to readers at once, with a callback between them.</summary>
internal sealed class TornStream(FileStream file, Random random) : Stream
{
    /// <summary>Called after each piece.</summary>
    public Action? BetweenPieces { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int length = Math.Min(buffer.Length, 1 + random.Next(random.Next(1, 20_000)));
            file.Write(buffer[..length]);
            buffer = buffer[length..];
            BetweenPieces?.Invoke();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}
