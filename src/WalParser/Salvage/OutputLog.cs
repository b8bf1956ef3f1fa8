using System.IO.Pipelines;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>
/// A log that is being written. Until the log is complete and on the disk, its name has an additional ending, so that no program takes it
/// for a log. If the log is not finished, the file is removed. The log is written synchronously: copying a buffer to the system's cache
/// takes less time than waiting for another thread.
/// </summary>
internal sealed class OutputLog : IDisposable
{
    private const string UnfinishedEnding = ".unfinished";

    private const UnixFileMode Permissions = (UnixFileMode)0b_111_111_111;

    private readonly LogWriterOptions _options;
    private readonly bool _isDryRun;
    private readonly Stream _file;
    private PipeWriter _pipe;
    private bool _isDone;
    private bool _hasFailed;

    /// <param name="path">The path of the complete log.</param>
    /// <param name="logNumber">The log number; null if it is unknown.</param>
    /// <param name="source">The path of the file that is salvaged; null if it is not a file.</param>
    /// <param name="folder">The folder that is written into.</param>
    public OutputLog(string path, ulong? logNumber, string? source, SalvageFolder folder)
    {
        Path = path;
        _options = new LogWriterOptions { LogNumber = logNumber };
        _isDryRun = folder.IsDryRun;
        if (folder.Exists(path))
        {
            throw new IOException($"{path} already exists; existing files are not overwritten");
        }

        _file = _isDryRun ? new UnwrittenFile() : folder.CreateFile(UnfinishedPath);
        CopyPermissions(source);
        (_pipe, Writer) = Begin();
    }

    /// <summary>The path of the complete log.</summary>
    public string Path { get; }

    /// <summary>The path of the log while it is written.</summary>
    public string UnfinishedPath => Path + UnfinishedEnding;

    /// <summary>The writer of the log.</summary>
    public LogWriter Writer { get; private set; }

    /// <summary>Removes everything that was written.</summary>
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

    /// <summary>
    /// Writes the log to the disk, closes it and gives it its final name. (.NET cannot write the entry of the folder to the disk: after a
    /// power failure the log is complete, and has one of its two names.)
    /// </summary>
    public void Finish()
    {
        Close();
        if (!_isDryRun)
        {
            File.Move(UnfinishedPath, Path);
        }

        _isDone = true;
    }

    /// <summary>Writes the buffered bytes to the file.</summary>
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

    /// <summary>
    /// Keeps the log as it is, unfinished. Returns false if some of the written bytes did not reach the file, which then cannot be kept.
    /// </summary>
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
                // The output fails, so the content of the file is unknown.
            }
        }

        return _isDone;
    }

    /// <summary>Creates a file, which must not exist yet.</summary>
    public static Stream CreateFile(string path) =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);

    public void Dispose()
    {
        if (!_isDone)
        {
            _isDone = true;
            Drop();
            _file.Dispose();
            if (!_isDryRun)
            {
                File.Delete(UnfinishedPath);
            }
        }
    }

    private (PipeWriter Pipe, LogWriter Writer) Begin()
    {
        var pipe = new StreamOutput(_file, leaveOpen: true);
        return (pipe, LogWriter.Create(pipe, _options));
    }

    /// <summary>Gives the file the permissions of its source, before it contains anything.</summary>
    private void CopyPermissions(string? source)
    {
        if (source is null || OperatingSystem.IsWindows() || _file is not FileStream file)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(source) & Permissions);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A running server has deleted the source, or the file system has no permissions. The log is worth more than its mode.
        }
    }

    private void Close()
    {
        try
        {
            Writer.Dispose();
            if (_file is FileStream file)
            {
                file.Flush(flushToDisk: true);
            }

            _file.Dispose();
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    /// <summary>Completes the pipe without writing the buffered bytes.</summary>
    private void Drop() => _pipe.Complete(new OperationCanceledException());
}
