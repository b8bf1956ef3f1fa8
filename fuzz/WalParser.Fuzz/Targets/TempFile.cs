namespace WalParser.Fuzz.Targets;

/// <summary>A file for inputs that have to lie in one; in memory where there is such a folder. It is deleted when the program ends.</summary>
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

    /// <summary>Puts bytes into it, in place of what was there.</summary>
    public void Fill(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(FilePath, bytes);
}
