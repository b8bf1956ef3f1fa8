namespace WalParser.RocksDb.Tests.Databases;

/// <summary>
/// A folder for a database, which is removed in the end. It lies on the RAM disk if there is one: RocksDB syncs each file that it makes.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string RamDisk = "/dev/shm";

    public string Path { get; } = Directory.Exists(RamDisk)
        ? Directory.CreateDirectory(System.IO.Path.Combine(RamDisk, $"walparser-rocksdb-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("walparser-rocksdb-").FullName;

    /// <summary>A copy of what RocksDB reads in a folder: all but its messages and its lock.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isTaken">Which of the files in the folder itself are copied.</param>
    public static ScratchFolder CopyOf(string folder, Func<string, bool>? isTaken = null)
    {
        var copy = new ScratchFolder();
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = System.IO.Path.GetFileName(path);
            if (!name.StartsWith("LOG", StringComparison.Ordinal) && name != "LOCK" && isTaken?.Invoke(name) != false)
            {
                File.WriteAllBytes(System.IO.Path.Combine(copy.Path, name), File.ReadAllBytes(path));
            }
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
