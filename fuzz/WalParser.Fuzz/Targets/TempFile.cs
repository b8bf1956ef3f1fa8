namespace WalParser.Fuzz.Targets;

/// <summary>A temporary file for inputs, in a file system in memory if there is one. It is deleted when the program ends.</summary>
internal sealed class TempFile
{
    private const string Memory = "/dev/shm";

    public TempFile(string name)
    {
        string parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        Folder = Path.Combine(parent, $"walparser-fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
        FilePath = Path.Combine(Folder, name);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
    }

    public string Folder { get; }

    public string FilePath { get; }

    /// <summary>Replaces the content of the file.</summary>
    public void Fill(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(FilePath, bytes);
}
