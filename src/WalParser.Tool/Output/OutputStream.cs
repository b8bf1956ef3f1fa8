using Microsoft.Win32.SafeHandles;

namespace WalParser.Tool.Output;

/// <summary>A stream to write to whose failures come as <see cref="OutputException"/>.</summary>
internal sealed class OutputStream(Stream inner) : Stream
{
    private const int StandardOutputHandle = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// The process's standard output. The stream that <see cref="Console"/> has keeps silent about a closed pipe, and the tool
    /// would go on for nobody; a file stream tells. For a file it is the other way round: a file stream writes at offsets of
    /// its own and leaves the file's position where it was, so that the next program of <c>(a; b) &gt; file</c> would write over it.
    /// </summary>
    public static OutputStream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return new OutputStream(Console.OpenStandardOutput());
        }

        var file = new FileStream(new SafeFileHandle(StandardOutputHandle, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return new OutputStream(file.CanSeek ? Console.OpenStandardOutput() : file);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (OutputException.IsCausedBy(e))
        {
            throw new OutputException(e);
        }
    }

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception e) when (OutputException.IsCausedBy(e))
        {
            throw new OutputException(e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
