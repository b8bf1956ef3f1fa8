
namespace WalParser.TestSupport.Files;

/// <summary>A folder for one test. Its disposal deletes the folder.</summary>
public class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("walparser-test-").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, creates the folders above it, and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Copies a file of the repository's test data, and returns the path of the copy.</summary>
    public string Copy(string fixture, string name) => Write(name, File.ReadAllBytes(TestFiles.Committed(fixture)));

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        GC.SuppressFinalize(this);
    }
}
