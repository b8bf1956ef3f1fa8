using System.IO.Pipelines;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>
/// A log that is being written. Until it is whole its name has an ending more, by which nothing takes it for a log; if it is not finished, the file is
/// removed. It is written without other threads: to hand a buffer to the system's cache takes less than to wait for one.
/// </summary>
internal sealed class OutputLog : IDisposable
{
    private const string UnfinishedEnding = ".unfinished";

    private readonly LogWriterOptions _options;
    private readonly Stream _file;
    private PipeWriter _pipe;
    private bool _isDone;
    private bool _hasFailed;

    public OutputLog(string path, LogWriterOptions options, Func<string, Stream> create)
    {
        Path = path;
        _options = options;
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"{path} is there already; nothing is written over");
        }

        _file = create(UnfinishedPath);
        (_pipe, Writer) = Begin();
    }

    /// <summary>Its path, once it is whole.</summary>
    public string Path { get; }

    public string UnfinishedPath => Path + UnfinishedEnding;

    public LogWriter Writer { get; private set; }

    /// <summary>Forgets all that was written.</summary>
    public void Restart()
    {
        if (Writer.Position > 0)
        {
            Drop();
            _file.SetLength(0);
            _file.Position = 0;
            (_pipe, Writer) = Begin();
        }
    }

    /// <summary>Gives it its name.</summary>
    public void Finish()
    {
        Close();
        File.Move(UnfinishedPath, Path);
        _isDone = true;
    }

    /// <summary>Hands on what has come together.</summary>
    public void Flush()
    {
        try
        {
            Writer.Flush();
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    /// <summary>Leaves it as it is, unfinished; false if not all that was written reached the file, which is then no log to be kept.</summary>
    public bool TryKeep()
    {
        if (!_hasFailed)
        {
            try
            {
                Close();
                _isDone = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is the output that fails, at last: what it holds is not known.
            }
        }

        return _isDone;
    }

    /// <summary>A new file of that path.</summary>
    public static Stream CreateFile(string path) =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);

    public void Dispose()
    {
        if (!_isDone)
        {
            _isDone = true;
            Drop();
            _file.Dispose();
            File.Delete(UnfinishedPath);
        }
    }

    private (PipeWriter Pipe, LogWriter Writer) Begin()
    {
        var pipe = new StreamOutput(_file, leaveOpen: true);
        return (pipe, LogWriter.Create(pipe, _options));
    }

    private void Close()
    {
        try
        {
            Writer.Dispose();
            _file.Dispose();
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    /// <summary>What the pipe holds is given back without being written.</summary>
    private void Drop() => _pipe.Complete(new OperationCanceledException());
}
