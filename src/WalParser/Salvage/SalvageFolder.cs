using System.Globalization;
using WalParser.Databases;
using WalParser.IO;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// The folder that is written into: none that is read from, by whatever path it is named, nor one that is a database, or inside one or the folder that is
/// salvaged. RocksDB replays what it finds under the name of a WAL.
/// </summary>
internal sealed class SalvageFolder
{
    private const int MaxLinks = 40;

    private static readonly EnumerationOptions WhatIsAccessible = new() { IgnoreInaccessible = true, AttributesToSkip = 0, MatchCasing = MatchCasing.CaseSensitive };

    private readonly string _path;
    private readonly HashSet<string> _sources;
    private readonly string? _whole;
    private readonly HashSet<string> _createdStale = [];

    public SalvageFolder(string path, WalSet set, Func<string, Stream>? createFile = null)
    {
        CreateFile = createFile ?? OutputLog.CreateFile;
        _sources = [.. SourcesOf(set).Select(RealPath)];
        _whole = set.Folder is null ? null : RealPath(set.Folder.Path);
        _path = path;
        Check(path);
    }

    /// <summary>Creates a file of that path, which must not be there.</summary>
    public Func<string, Stream> CreateFile { get; }

    /// <summary>Creates it, if it is not there.</summary>
    public void Create() => Directory.CreateDirectory(_path);

    public string PathOf(ulong logNumber) => Path.Combine(_path, WalFileName.Of(logNumber));

    public string StalePathOf(ulong source, uint logNumber) => Path.Combine(StaleFolderOf(source), WalFileName.Of(logNumber));

    /// <summary>Creates the folder for the earlier lives of a log, and says where one goes.</summary>
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

    /// <summary>If nothing was written for its earlier lives after all.</summary>
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
            throw new IOException($"{path} is a folder that is read from; nothing is written there: name another");
        }

        for (string? above = real; above is not null; above = Path.GetDirectoryName(above))
        {
            if (above == _whole || IsDatabase(above))
            {
                string what = above == _whole ? "is read from" : "is a database, where RocksDB would replay it";
                throw new IOException($"{path} {(above == real ? "is" : "lies inside")} {above}, which {what}; nothing is written there: name a folder outside of it");
            }
        }
    }

    private static bool IsDatabase(string folder) =>
        File.Exists(Path.Combine(folder, LiveManifest.CurrentName))
        || (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "MANIFEST-*", WhatIsAccessible).Any());

    private static IEnumerable<string> SourcesOf(WalSet set)
    {
        HashSet<string> folders = [.. set.Files.Where(file => file.Path is not null).Select(file => Path.GetDirectoryName(Path.GetFullPath(file.Path!))!)];

        // A WAL may itself be reached by a link.
        folders.UnionWith(set.Files.Where(file => file.Path is not null).Select(file => Path.GetDirectoryName(RealPath(file.Path!))!));
        if (set.Folder is not null)
        {
            folders.Add(Path.GetFullPath(set.Folder.Path));
        }

        folders.UnionWith(folders.Select(DatabaseFolder.DatabaseOf).ToArray());
        return [.. folders, .. folders.Select(folder => Path.Combine(folder, DatabaseFolder.ArchiveName))];
    }

    /// <summary>The path without links, as far as it exists.</summary>
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
