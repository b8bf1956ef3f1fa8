using System.Globalization;
using WalParser.Databases;
using WalParser.IO;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// The folder that is written into. It is not a folder that is read from, under any of its paths, and neither is nor lies inside a database
/// or the folder that is salvaged, because RocksDB replays every file with the name of a WAL.
/// </summary>
internal sealed class SalvageFolder
{
    private const int MaxLinks = 40;

    private static readonly EnumerationOptions Accessible = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = 0,
        MatchCasing = MatchCasing.CaseSensitive,
    };

    private readonly string _path;
    private readonly HashSet<string> _sources;
    private readonly string? _salvaged;
    private readonly HashSet<string> _createdStale = [];

    public SalvageFolder(string path, WalSet set, Func<string, Stream>? createFile = null)
    {
        CreateFile = createFile ?? OutputLog.CreateFile;
        _sources = [.. SourcesOf(set).Select(RealPath)];
        _salvaged = set.Folder is null ? null : RealPath(set.Folder.Path);
        _path = path;
        Check(path);
    }

    /// <summary>Creates a file with a path, which must not exist yet.</summary>
    public Func<string, Stream> CreateFile { get; }

    /// <summary>Creates the folder if it does not exist.</summary>
    public void Create() => Directory.CreateDirectory(_path);

    /// <summary>Returns the path of the log that is written for a log.</summary>
    public string PathOf(ulong logNumber) => Path.Combine(_path, WalFileName.Of(logNumber));

    /// <summary>Returns the path of the log that is written for an earlier use of a log.</summary>
    public string StalePathOf(ulong source, uint logNumber) => Path.Combine(StaleFolderOf(source), WalFileName.Of(logNumber));

    /// <summary>Creates the folder for the earlier uses of a log, and returns the path of the log for one of them.</summary>
    public string CreateStale(ulong source, uint logNumber)
    {
        string folder = StaleFolderOf(source);
        Check(folder);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            _createdStale.Add(folder);
        }

        return StalePathOf(source, logNumber);
    }

    /// <summary>Removes the folder for the earlier uses of a log if nothing was written to it.</summary>
    public void RemoveStaleIfEmpty(ulong source)
    {
        string folder = StaleFolderOf(source);
        if (_createdStale.Remove(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private string StaleFolderOf(ulong source) =>
        Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"stale-of-{source:D6}"));

    private void Check(string path)
    {
        string real = RealPath(path);
        if (_sources.Contains(real))
        {
            throw new IOException($"{path} is a folder that is read from; choose another folder");
        }

        for (string? above = real; above is not null; above = Path.GetDirectoryName(above))
        {
            if (above == _salvaged || IsDatabase(above))
            {
                string place = above == real ? "is" : "lies inside";
                string reason = above == _salvaged ? "is read from" : "is a database, where RocksDB would replay the logs";
                throw new IOException($"{path} {place} {above}, which {reason}; choose a folder outside of it");
            }
        }
    }

    private static bool IsDatabase(string folder) =>
        File.Exists(Path.Combine(folder, LiveManifest.CurrentName))
        || (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "MANIFEST-*", Accessible).Any());

    private static IEnumerable<string> SourcesOf(WalSet set)
    {
        string[] files = [.. set.Files.Select(file => file.Path).OfType<string>()];
        HashSet<string> folders = [.. files.Select(file => Path.GetDirectoryName(Path.GetFullPath(file))!)];

        // The path of a WAL may be a link.
        folders.UnionWith(files.Select(file => Path.GetDirectoryName(RealPath(file))!));
        if (set.Folder is not null)
        {
            folders.Add(Path.GetFullPath(set.Folder.Path));
        }

        folders.UnionWith(folders.Select(DatabaseFolder.DatabaseOf).ToArray());
        return [.. folders, .. folders.Select(folder => Path.Combine(folder, DatabaseFolder.ArchiveName))];
    }

    /// <summary>Returns the path with all links resolved, as far as it exists.</summary>
    private static string RealPath(string path)
    {
        for (int links = 0; links < MaxLinks; links++)
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            string? linked = null;
            for (string? part = full; part is not null && linked is null; part = Path.GetDirectoryName(part))
            {
                if (new DirectoryInfo(part).LinkTarget is { } target)
                {
                    linked = Path.Combine(Path.GetDirectoryName(part)!, target, Path.GetRelativePath(part, full));
                }
            }

            if (linked is null)
            {
                return full;
            }

            path = linked;
        }

        throw new IOException($"{path}: too many links");
    }
}
