namespace WalParser.RocksDb.Tests.Databases;

/// <summary>
/// A temporary folder for a database. It is on a RAM disk if there is one, because RocksDB syncs each file that it creates.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string RamDisk = "/dev/shm";

    public string Path { get; } = Directory.Exists(RamDisk)
        ? Directory.CreateDirectory(System.IO.Path.Combine(RamDisk, $"walparser-rocksdb-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("walparser-rocksdb-").FullName;

    /// <summary>Copies the files of a folder that RocksDB reads: all except its messages and its lock.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isCopied">Returns true for the names of the files in the folder itself to copy.</param>
    public static ScratchFolder CopyOf(string folder, Func<string, bool>? isCopied = null)
    {
        var copy = new ScratchFolder();
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = System.IO.Path.GetFileName(path);
            if (!name.StartsWith("LOG", StringComparison.Ordinal) && name != "LOCK" && isCopied?.Invoke(name) != false)
            {
                File.WriteAllBytes(System.IO.Path.Combine(copy.Path, name), File.ReadAllBytes(path));
            }
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
