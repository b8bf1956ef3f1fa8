using WalParser.Databases;
using WalParser.IO;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// The folders into which salvage must not write: those in which a later read of the source, or of a database, would find the output.
/// Folders are compared by their paths without links and, on Linux, by device and inode, so that the same folder is recognized behind a
/// bind mount, too.
/// </summary>
internal sealed class SourceFolders
{
    private const int MaxLinks = 40;

    private static readonly StringComparer Paths =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static readonly EnumerationOptions Accessible = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = 0,
        MatchCasing = MatchCasing.CaseSensitive,
    };

    // The folders in which a reader of the source looks for WALs.
    private readonly Group _read = new();

    // The folders that were given. Nothing is written anywhere inside them.
    private readonly Group _given = new();

    public SourceFolders(WalSet set)
    {
        HashSet<string> folders = [];
        foreach (string file in set.Files.Select(file => file.Path).OfType<string>())
        {
            // The path of a WAL may be a link.
            folders.Add(Path.GetDirectoryName(Path.GetFullPath(file))!);
            folders.Add(Path.GetDirectoryName(RealPath(file))!);
        }

        if (set.Folder is not null)
        {
            foreach (string given in (ReadOnlySpan<string>)[set.Folder.Path, set.Folder.GivenPath, set.Folder.WalFolder])
            {
                folders.Add(FullPath(given));
                _given.Add(RealPath(given));
            }
        }

        foreach (string folder in folders)
        {
            foreach (string form in (ReadOnlySpan<string>)[folder, RealPath(folder)])
            {
                AddRead(DatabaseFolder.DatabaseOf(form));
                AddRead(form);
            }
        }
    }

    /// <summary>Throws an exception if the output must not be written into a folder, which need not exist.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder is read, or is or lies inside a given folder or a database.</exception>
    public void Check(string path)
    {
        string real = RealPath(path);
        string? above = Path.GetDirectoryName(real);
        bool isArchive = Path.GetFileName(real) == DatabaseFolder.ArchiveName && above is not null;
        if (_read.Contains(real) || (isArchive && _read.Contains(above!)))
        {
            throw new IOException($"{path} is a folder that is read from; choose another folder");
        }

        string database = isArchive ? above! : real;
        if (Directory.Exists(database) && DatabaseFolder.LocateDatabase(database) is { } below && below != database)
        {
            throw new IOException(
                $"{path} belongs to the database in {below}, which would no longer be found; choose a folder outside of it");
        }

        for (string? part = real; part is not null; part = Path.GetDirectoryName(part))
        {
            bool isGiven = _given.Contains(part);
            if (isGiven || IsDatabase(part))
            {
                string place = part == real ? "is" : "lies inside";
                string reason = isGiven ? "is read from" : "is a database, where RocksDB would replay the logs";
                throw new IOException($"{path} {place} {part}, which {reason}; choose a folder outside of it");
            }
        }
    }

    /// <summary>
    /// Adds a folder with WALs, its archive and, if it is the one in which Kvrocks stores its database, the folder above it: WALs there
    /// would be read in place of those below.
    /// </summary>
    private void AddRead(string folder)
    {
        _read.Add(folder);
        _read.Add(RealPath(Path.Combine(folder, DatabaseFolder.ArchiveName)));
        if (Path.GetFileName(folder) == DatabaseFolder.KvrocksDatabaseName && Path.GetDirectoryName(folder) is { } above)
        {
            _read.Add(RealPath(above));
        }
    }

    private static bool IsDatabase(string folder) =>
        File.Exists(Path.Combine(folder, LiveManifest.CurrentName))
        || (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "MANIFEST-*", Accessible).Any());

    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>
    /// Returns the path with all links resolved, as far as it exists. As for the system, <c>..</c> in the target of a link means the folder
    /// above the one that the target has led to so far.
    /// </summary>
    private static string RealPath(string path)
    {
        string full = FullPath(path);
        string real = Path.GetPathRoot(full)!;
        Stack<string> left = [];
        Push(full);
        for (int links = 0; left.TryPop(out string? part);)
        {
            string next = Path.Combine(real, part);
            if (part is "." or "")
            {
                continue;
            }
            else if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
            }
            else if (new DirectoryInfo(next).LinkTarget is not { } target)
            {
                real = next;
            }
            else if (++links > MaxLinks)
            {
                throw new IOException($"{path}: too many links");
            }
            else
            {
                real = Path.IsPathRooted(target) ? Path.GetPathRoot(Path.GetFullPath(target))! : real;
                Push(target);
            }
        }

        return real;

        void Push(string parts)
        {
            string relative = parts[Path.GetPathRoot(parts)!.Length..];
            foreach (string part in relative.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
            {
                left.Push(part);
            }
        }
    }

    /// <summary>Folders, by path and by identity.</summary>
    private sealed class Group
    {
        private readonly HashSet<string> _paths = new(Paths);
        private readonly HashSet<FileIdentity> _identities = [];

        public void Add(string folder)
        {
            if (_paths.Add(folder) && FileStatus.Read(folder) is { } status)
            {
                _identities.Add(status.Identity);
            }
        }

        public bool Contains(string folder) =>
            _paths.Contains(folder) || (FileStatus.Read(folder) is { } status && _identities.Contains(status.Identity));
    }
}
