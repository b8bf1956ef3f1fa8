using System.IO.MemoryMappedFiles;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// Keeps the input that is being run in a memory-mapped file, so that it is not lost when the process dies. A stack overflow or a wild
/// pointer in unsafe code causes no exception. The file is deleted when the run ends normally. It is locked while the process runs.
/// </summary>
internal sealed class RunningInput : IDisposable
{
    private const string Prefix = "running-";

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="folder">The folder for the file.</param>
    /// <param name="maxSize">The largest input, in bytes.</param>
    public RunningInput(string folder, int maxSize)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}");
        var file = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        _file = MemoryMappedFile.CreateFromFile(
            file, mapName: null, sizeof(int) + maxSize, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        _view.Write(0, -1);
    }

    public void Put(byte[] input)
    {
        int length = (int)Math.Min(input.Length, _view.Capacity - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    /// <summary>Deletes the file, because its input is no longer needed. It can be called from any thread.</summary>
    public void Delete() => File.Delete(_path);

    public void Dispose()
    {
        Delete();
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>Saves the inputs of processes that have died, and then deletes their files.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="save">Saves an input.</param>
    public static void SaveAbandoned(string folder, Action<byte[]> save)
    {
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*") : [])
        {
            if (TryOpen(path) is not { } file)
            {
                continue;
            }

            using (file)
            {
                byte[] bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                int length = bytes.Length < sizeof(int) ? -1 : BitConverter.ToInt32(bytes);
                if (length >= 0)
                {
                    save(bytes[sizeof(int)..(sizeof(int) + Math.Min(length, bytes.Length - sizeof(int)))]);
                }

                File.Delete(path);
            }
        }
    }

    /// <summary>Opens the file. Returns null if its process still runs and has it locked, or if another process has deleted it.</summary>
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
