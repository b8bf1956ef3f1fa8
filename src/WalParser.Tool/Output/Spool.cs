namespace WalParser.Tool.Output;

/// <summary>
/// Output that waits for what has to precede it: up to 16 MiB in memory, and more in a temporary file that no other user can read.
/// </summary>
internal sealed class Spool : IDisposable
{
    private const int MemoryLimit = 16 << 20;

    private readonly MemoryStream _memory = new();
    private FileStream? _file;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _memory.Length == 0 && _file is not { Length: > 0 };

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_memory.Length + bytes.Length <= MemoryLimit)
        {
            _memory.Write(bytes);
            return;
        }

        try
        {
            _file ??= OpenTemporary();
            _memory.WriteTo(_file);
            _memory.SetLength(0);
            _file.Write(bytes);
        }
        catch (Exception e) when (OutputException.IsCausedBy(e))
        {
            throw new OutputException(new IOException($"a temporary file in {Path.GetTempPath()}, for output that waits: {e.Message}"));
        }
    }

    /// <summary>Writes everything that waits to the output, and forgets it.</summary>
    public void MoveTo(ByteWriter output)
    {
        if (_file is not null)
        {
            byte[] buffer = new byte[1 << 16];
            _file.Position = 0;
            for (int read = _file.Read(buffer); read > 0; read = _file.Read(buffer))
            {
                output.Write(buffer.AsSpan(0, read));
            }

            _file.SetLength(0);
        }

        output.Write(_memory.GetBuffer().AsSpan(0, (int)_memory.Length));
        _memory.SetLength(0);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _memory.Dispose();
    }

    private static FileStream OpenTemporary()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            // A file without a name is gone when the process ends, however it ends.
            File.Delete(path);
        }

        return file;
    }
}
