using System.IO.Pipelines;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>
/// A log that is being written. Until it is whole its name has an ending more, by which nothing takes it for a log; if it is not finished, the file is
/// removed.
/// </summary>
internal sealed class OutputLog : IDisposable
{
    private const string UnfinishedEnding = ".unfinished";
    private const int BufferSize = 64 * 1024;

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
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await CloseAsync(cancellationToken).ConfigureAwait(false);
        File.Move(UnfinishedPath, Path);
        _isDone = true;
    }

    /// <summary>Leaves it as it is, unfinished.</summary>
    public async ValueTask KeepAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
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
        PipeWriter pipe = PipeWriter.Create(_file, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true));
        return (pipe, LogWriter.Create(pipe, _options));
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await Writer.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the pipe holds is given back without being written.</summary>
    private void Drop() => _pipe.Complete(new OperationCanceledException());
}
