using WalParser.Tests.Fixtures;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>A folder for one test, removed behind it.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("walparser-test-").FullName;

    /// <summary>Writes a file, with the folders above it, and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Copies a fixture.</summary>
    public string Copy(string fixture, string name) => Write(name, File.ReadAllBytes(TestFiles.Committed(fixture)));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
