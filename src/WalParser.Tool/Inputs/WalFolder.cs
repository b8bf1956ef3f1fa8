using WalParser.Framing;

namespace WalParser.Tool.Inputs;

/// <summary>A folder that may hold WALs, and where in it RocksDB and Kvrocks put them.</summary>
internal static class WalFolder
{
    /// <summary>Where RocksDB puts WALs that it no longer needs.</summary>
    public const string ArchiveName = "archive";

    /// <summary>Where Kvrocks puts its database, below the folder that its configuration names.</summary>
    public const string KvrocksDatabaseName = "db";

    /// <summary>The WALs of the database in <paramref name="folder"/>, or in its <c>db</c> folder if it has none itself.</summary>
    public static List<WalInput> List(string folder)
    {
        List<WalInput> inputs = ListDatabase(folder);
        string database = Path.Combine(folder, KvrocksDatabaseName);
        return inputs.Count == 0 && Directory.Exists(database) ? ListDatabase(database) : inputs;
    }

    /// <summary>What <see cref="List"/> looks for.</summary>
    public static string WhatIsLookedFor(string folder) =>
        $"NUMBER.log (or .log.zst and the like) in {folder}, {Path.Combine(folder, ArchiveName)}, {Path.Combine(folder, KvrocksDatabaseName)} and "
        + Path.Combine(folder, KvrocksDatabaseName, ArchiveName);

    /// <summary>The DB folder that the WALs in a folder belong to: its parent, if it is an archive.</summary>
    public static string DatabaseOf(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetFileName(full) == ArchiveName ? Path.GetDirectoryName(full) ?? full : full;
    }

    private static List<WalInput> ListDatabase(string folder)
    {
        // The folder before its archive: a running server moves files from the one to the other, and none is to slip through.
        List<WalInput> live = ListFolder(folder, prefix: "", DatabaseOf(folder));
        string archive = Path.Combine(folder, ArchiveName);
        if (!Directory.Exists(archive))
        {
            return live;
        }

        List<WalInput> archived = ListFolder(archive, ArchiveName + "/", DatabaseOf(folder));
        HashSet<ulong?> archivedNumbers = [.. archived.Select(input => input.LogNumber)];
        live.RemoveAll(input => archivedNumbers.Contains(input.LogNumber) && !File.Exists(input.Path));
        return [.. archived, .. live];
    }

    private static List<WalInput> ListFolder(string folder, string prefix, string database)
    {
        List<WalInput> inputs = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*.log*"))
        {
            if (WalFileName.TryGetLogNumber(path, out ulong logNumber))
            {
                inputs.Add(new WalInput(prefix + Path.GetFileName(path), path, database, logNumber));
            }
        }

        return inputs;
    }
}
