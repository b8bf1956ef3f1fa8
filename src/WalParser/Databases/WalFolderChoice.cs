using WalParser.Findings;

namespace WalParser.Databases;

/// <summary>
/// Chooses the folder whose WALs are those of a database. RocksDB reads them from the folder that its option <c>wal_dir</c> names, by
/// default the folder of the database. A copy of a database may have its WALs in the one or the other: a checkpoint or a backup puts them
/// into the folder of the database and leaves <c>wal_dir</c> in the OPTIONS file as it is. A choice that the caller did not make is always
/// reported.
/// </summary>
internal static class WalFolderChoice
{
    private const int MaxListed = 5;

    /// <summary>Returns the folder whose WALs are read.</summary>
    /// <param name="folder">The folder of the database.</param>
    /// <param name="given">The folder that the caller has chosen; null if it has chosen none.</param>
    /// <param name="hasWals">Whether that folder or, without one, the folder of the database contains a WAL.</param>
    /// <param name="options">The options of the database.</param>
    /// <param name="findings">The list to which findings are added.</param>
    public static string Make(string folder, string? given, bool hasWals, DatabaseOptions? options, List<Finding> findings)
    {
        if (given is not null)
        {
            if (!IsSame(given, folder) && DatabaseFolder.PathsOfWals(folder).Any())
            {
                Report(FindingKind.WalsElsewhere, folder, $"also contains WALs, which are not read; those in {given} are");
            }

            return given;
        }

        if (options?.WalFolder is not { Length: > 0 } named)
        {
            return folder;
        }

        if (named.Contains('\0', StringComparison.Ordinal))
        {
            Report(FindingKind.WalFolderMissing, options.FileName, "names as wal_dir something that is no path");
            return folder;
        }

        named = Path.TrimEndingDirectorySeparator(named);
        bool isAbsolute = Path.IsPathRooted(named);
        string[] candidates = Candidates(folder, named, isAbsolute);
        if (hasWals)
        {
            if (isAbsolute && candidates is [string elsewhere] && IsSame(elsewhere, named) && ContainsOnlyWals(elsewhere))
            {
                Report(
                    FindingKind.WalsElsewhere,
                    options.FileName,
                    $"names wal_dir={named}, which also contains WALs; they are not read, because the folder of the database has its own");
            }

            return folder;
        }

        string[] found = [.. candidates.Where(ContainsOnlyWals)];
        if (found is [string only])
        {
            Report(FindingKind.WalsElsewhere, options.FileName, IsSame(only, named)
                ? $"names wal_dir={named}; the WALs are read from there"
                : $"names wal_dir={named}, which is not a folder here; the WALs are read from {only}");
            return only;
        }

        string reason = found.Length > 0 ? $"several folders may be it: {string.Join(", ", found)}"
            : candidates is not [] && candidates.Any(DatabaseFolder.HasManifest) ? "it is the folder of a database of its own here"
            : candidates is not [] ? "no WAL is there"
            : "there is no such folder here";

        // A release of RocksDB that always states wal_dir has stated the former path of the folder of the database itself.
        bool isOwnName = Path.GetFileName(named) == Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (!IsSame(named, folder))
        {
            Report(
                isOwnName ? FindingKind.WalsElsewhere : FindingKind.WalFolderMissing,
                options.FileName,
                $"names wal_dir={named} as the folder of the WALs, but {reason}");
        }

        return folder;

        void Report(FindingKind kind, string file, string reason) =>
            findings.Add(new Finding { Kind = kind, File = file, Reason = reason });
    }

    /// <summary>Reports the WALs that RocksDB's repair has moved to the subfolder <c>lost</c>.</summary>
    /// <param name="folder">The folder of the database.</param>
    /// <param name="walFolder">The folder of its WALs.</param>
    /// <param name="findings">The list to which findings are added.</param>
    public static void ReportLost(string folder, string walFolder, List<Finding> findings)
    {
        foreach (string parent in IsSame(folder, walFolder) ? [folder] : new[] { folder, walFolder })
        {
            string lost = Path.Combine(parent, DatabaseFolder.LostName);
            string[] names = [.. ListIfPossible(lost).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
            if (names.Length > 0)
            {
                findings.Add(new Finding
                {
                    Kind = FindingKind.LostWals,
                    File = parent == folder ? DatabaseFolder.LostName : lost,
                    Reason = $"contains WALs that RocksDB's repair has moved there: {NameList.Of(names, names.Length, MaxListed)}; they "
                        + "are not read with the others, because their data may be in table files",
                });
            }
        }
    }

    /// <summary>
    /// Returns the existing folders that <c>wal_dir</c> may mean, other than that of the database. A path that is not a folder on this
    /// machine may have been copied together with the database, beside it or into it. A relative path was relative to the working folder of
    /// the server.
    /// </summary>
    private static string[] Candidates(string folder, string named, bool isAbsolute)
    {
        if (isAbsolute && Directory.Exists(named))
        {
            return IsSame(named, folder) ? [] : [named];
        }

        string name = Path.GetFileName(named);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string beside = Path.GetDirectoryName(full) ?? full;
        IEnumerable<string> paths = name is "" or "." or ".." ? [] : [Path.Combine(beside, name), Path.Combine(full, name)];
        if (!isAbsolute)
        {
            paths = [Path.GetFullPath(named, full), Path.GetFullPath(named, beside), .. paths];
        }

        return [.. paths.Distinct().Where(path => Directory.Exists(path) && !IsSame(path, folder))];
    }

    /// <summary>Returns whether a folder contains WALs and is not the folder of another database, to which they would belong.</summary>
    private static bool ContainsOnlyWals(string folder)
    {
        try
        {
            return DatabaseFolder.HasWals(folder) && !DatabaseFolder.HasManifest(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] ListIfPossible(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. DatabaseFolder.PathsOfWals(folder)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsSame(string path, string other) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));
}
