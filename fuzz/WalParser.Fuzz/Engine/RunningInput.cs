using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// Keeps the input that is being run in a mapped file, so that it is there when the process dies of it: a stack that overflows or a wild pointer in
/// unsafe code leaves no exception. The file is deleted when all goes well.
/// </summary>
internal sealed class RunningInput : IDisposable
{
    private const string Prefix = "running-";

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="folder">Where the file goes.</param>
    /// <param name="maxSize">The largest input, in bytes.</param>
    public RunningInput(string folder, int maxSize)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, mapName: null, capacity: sizeof(int) + maxSize);
        _view = _file.CreateViewAccessor();
    }

    public void Put(byte[] input)
    {
        int length = (int)Math.Min(input.Length, _view.Capacity - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    /// <summary>The inputs of processes that are no more; their files are deleted.</summary>
    public static IReadOnlyList<byte[]> TakeLeft(string folder)
    {
        List<byte[]> left = [];
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*") : [])
        {
            if (int.TryParse(Path.GetFileName(path)[Prefix.Length..], CultureInfo.InvariantCulture, out int id) && !IsRunning(id))
            {
                byte[] bytes = File.ReadAllBytes(path);
                int length = BitConverter.ToInt32(bytes);
                left.Add(bytes[sizeof(int)..(sizeof(int) + Math.Clamp(length, 0, bytes.Length - sizeof(int)))]);
                File.Delete(path);
            }
        }

        return left;
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
