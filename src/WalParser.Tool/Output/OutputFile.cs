namespace WalParser.Tool.Output;

/// <summary>
/// A file that the output is written to. It is created by the first write, so that a command that fails before it writes anything leaves no
/// file. An existing file is not overwritten, because it may be one of the logs.
/// </summary>
internal sealed class OutputFile(string path) : Stream
{
    private FileStream? _file;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Returns why a path cannot be written to, as far as that can be seen before the first write; null if it can.</summary>
    public static string? ReasonAgainst(string path)
    {
        if (path.Length == 0)
        {
            return "the name of a file is empty";
        }

        if (Directory.Exists(path))
        {
            return "a folder; name a file in it";
        }

        if (File.Exists(path))
        {
            return "the file exists and is not overwritten; name another one, or remove it";
        }

        return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder)
            ? "its folder does not exist; create it"
            : null;
    }

    /// <summary>Creates the file if nothing was written.</summary>
    public void Create() => _file ??= new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Create();
        _file!.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _file?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }
}
