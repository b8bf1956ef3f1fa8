namespace WalParser.Tool.Output;

/// <summary>
/// A file that a command writes. It has its name only when it is whole and on the disk, and no file is overwritten. Until then its name
/// ends in <c>.unfinished</c>; its disposal deletes it.
/// </summary>
internal sealed class OutputFile : Stream
{
    private const string Unfinished = ".unfinished";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly CancellationToken _cancellationToken;
    private bool _isComplete;

    /// <summary>Creates the file.</summary>
    /// <param name="path">The path that it has in the end.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="IOException">The file exists, or an unfinished one does, or it cannot be created.</exception>
    public OutputFile(string path, CancellationToken cancellationToken)
    {
        _path = path;
        _cancellationToken = cancellationToken;
        if (Path.Exists(path))
        {
            throw new IOException($"{path} exists already, and nothing is overwritten; delete it, or name another file");
        }

        string unfinished = path + Unfinished;
        if (Path.Exists(unfinished))
        {
            throw new IOException($"{unfinished} was left by a run that was killed; delete it and run again");
        }

        _file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_path + Unfinished, _path, overwrite: false);
        _isComplete = true;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _file.Write(buffer);
    }

    public override void Flush()
    {
        // Complete flushes.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isComplete)
        {
            _file.Dispose();
            File.Delete(_path + Unfinished);
        }

        base.Dispose(disposing);
    }
}
