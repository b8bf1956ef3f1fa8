using WalParser.Databases;
using WalParser.IO;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// The folder that is written into, and the paths in it. It is not one that <see cref="SourceFolders"/> excludes. In a dry run, nothing is
/// written, and the folder may be unknown.
/// </summary>
internal sealed class SalvageFolder
{
    // Names that have a meaning in a folder, in which no log is given them.
    private const string ManifestPrefix = "MANIFEST-";
    private const string LogEnding = ".log";

    private readonly SourceFolders _sources;
    private readonly string? _path;
    private readonly HashSet<string> _created = [];

    /// <param name="path">The folder; null only in a dry run.</param>
    /// <param name="set">The logs that are read.</param>
    /// <param name="isDryRun">Whether nothing is written.</param>
    /// <param name="createFile">Creates a file, which must not exist yet; null for a file on the disk.</param>
    public SalvageFolder(string? path, WalSet set, bool isDryRun = false, Func<string, Stream>? createFile = null)
    {
        CreateFile = createFile ?? OutputLog.CreateFile;
        IsDryRun = isDryRun;
        _sources = new SourceFolders(set);
        _path = path;
        if (path is not null)
        {
            _sources.Check(path);
        }
    }

    /// <summary>Whether nothing is written.</summary>
    public bool IsDryRun { get; }

    /// <summary>Creates a file with a path, which must not exist yet.</summary>
    public Func<string, Stream> CreateFile { get; }

    /// <summary>Creates the folder if it does not exist.</summary>
    public void Create()
    {
        if (!IsDryRun)
        {
            Directory.CreateDirectory(_path!);
        }
    }

    /// <summary>
    /// Returns the name of the log that is written for a log: its number or, if that is unknown, its own name. The output is not
    /// compressed, so the ending of a compressed copy is left out.
    /// </summary>
    public static string NameOf(WalFile file)
    {
        if (file.LogNumber is { } number)
        {
            return WalFileName.Of(number);
        }

        string name = WalFileName.WithoutCopyExtension(Path.GetFileName(file.Name));
        return name switch
        {
            "-" => "standard-input.log",
            "" or "." or ".." or LiveManifest.CurrentName => name + LogEnding,
            _ => name.StartsWith(ManifestPrefix, StringComparison.Ordinal) ? name + LogEnding : name,
        };
    }

    /// <summary>Returns the path of a file in the folder; relative to the folder if it is unknown.</summary>
    public string PathOf(string name) => Path.Combine(_path ?? "", name);

    /// <summary>Creates a subfolder, and returns the path of a file in it.</summary>
    public string CreateBelow(string folder, string name)
    {
        string path = PathOf(folder);
        if (_path is not null)
        {
            _sources.Check(path);
        }

        if (!IsDryRun && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            _created.Add(path);
        }

        return Path.Combine(path, name);
    }

    /// <summary>Removes a subfolder that was created if nothing was written to it.</summary>
    public void RemoveIfEmpty(string folder)
    {
        string path = PathOf(folder);
        if (_created.Remove(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }

    /// <summary>Returns whether a file that is not to be overwritten exists.</summary>
    public bool Exists(string path) => _path is not null && Path.Exists(path);
}
