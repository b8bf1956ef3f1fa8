namespace WalParser.Tool.Output;

/// <summary>
/// A file that the output is written to. It is created by the first write, so that a command that fails before it writes anything leaves no
/// file. An existing file is not overwritten, because it may be one of the logs. A file of which a part is of no use has its name only when
/// it is whole (<see cref="NameWhenWhole"/>): until then, its name ends in <c>.unfinished</c>.
/// </summary>
internal sealed class OutputFile(string path) : Stream
{
    private const string Unfinished = ".unfinished";

    private FileStream? _file;
    private bool _isNamedWhenWhole;
    private CancellationToken _cancellationToken;

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

    /// <summary>
    /// Gives the file its name only at its completion, and deletes it at its disposal otherwise. Call it before the first write.
    /// </summary>
    /// <param name="cancellationToken">Makes writes throw.</param>
    public void NameWhenWhole(CancellationToken cancellationToken)
    {
        _isNamedWhenWhole = true;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Completes the file, and creates it if nothing was written.</summary>
    public void Complete()
    {
        Create();
        if (_isNamedWhenWhole)
        {
            _file!.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(path + Unfinished, path, overwrite: false);
            _isNamedWhenWhole = false;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _cancellationToken.ThrowIfCancellationRequested();
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
            if (_isNamedWhenWhole && _file is not null)
            {
                File.Delete(path + Unfinished);
            }
        }

        base.Dispose(disposing);
    }

    private void Create()
    {
        if (_file is not null)
        {
            return;
        }

        string name = _isNamedWhenWhole ? path + Unfinished : path;
        if (_isNamedWhenWhole && Path.Exists(name))
        {
            throw new IOException($"{name} was left by a run that was killed; delete it and run again");
        }

        _file = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }
}
