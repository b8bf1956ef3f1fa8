using Microsoft.Win32.SafeHandles;

namespace WalParser.Tool.Output;

/// <summary>A stream whose writes throw an <see cref="OutputException"/> if they fail.</summary>
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
    /// Opens the standard output of the process. The stream of <see cref="Console"/> ignores a closed pipe, so that the tool would continue
    /// without a reader; a file stream throws. For a file, the stream of the console is used: a file stream writes at offsets of its own
    /// and does not move the position of the file, so that the next program of <c>(a; b) &gt; file</c> would overwrite the output.
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

    /// <summary>If the output is a file, gives it its name only when it is whole. Call it before the first write.</summary>
    /// <param name="cancellationToken">Makes writes to the file throw.</param>
    public void NameWhenWhole(CancellationToken cancellationToken) => (inner as OutputFile)?.NameWhenWhole(cancellationToken);

    /// <summary>Ends the output. If it is a file, the file is closed.</summary>
    /// <param name="isComplete">
    /// Whether the command has written what it had to write. If so, a file to which nothing was written is created, empty.
    /// </param>
    public void End(bool isComplete)
    {
        if (inner is not OutputFile file)
        {
            return;
        }

        try
        {
            if (isComplete)
            {
                file.Complete();
            }

            file.Dispose();
        }
        catch (Exception e) when (OutputException.IsCausedBy(e) && !isComplete)
        {
            // Why the output is not complete was reported already.
        }
        catch (Exception e) when (OutputException.IsCausedBy(e))
        {
            throw new OutputException(e);
        }
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
