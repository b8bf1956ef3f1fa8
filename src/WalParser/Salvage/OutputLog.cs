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
    private readonly FileStream _file;
    private PipeWriter _pipe;
    private bool _isDone;

    public OutputLog(string path, LogWriterOptions options)
    {
        Path = path;
        _options = options;
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"{path} is there already; nothing is written over");
        }

        _file = new FileStream(UnfinishedPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
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

    /// <summary>Leaves it as it is, unfinished.</summary>
    public void Keep()
    {
        Close();
        _isDone = true;
    }

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
        Writer.Dispose();
        _file.Dispose();
    }

    /// <summary>What the pipe holds is given back without being written.</summary>
    private void Drop() => _pipe.Complete(new OperationCanceledException());
}
