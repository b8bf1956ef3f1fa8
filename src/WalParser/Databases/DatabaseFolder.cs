using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// A RocksDB folder, or a copy of one, or a folder that holds only WALs: what lies in it. It is a picture of the moment at which it was
/// opened. Immutable, so that it may be used by several threads at once.
/// </summary>
public sealed class DatabaseFolder
{
    /// <summary>The folder below a DB folder to which RocksDB moves WALs that it no longer needs.</summary>
    public const string ArchiveName = "archive";

    /// <summary>The folder in which Kvrocks keeps its database, below the one that its configuration names.</summary>
    public const string KvrocksDatabaseName = "db";

    private DatabaseFolder(
        string path, IReadOnlyList<WalFile> wals, string? manifestPath, ManifestState? manifest, DatabaseOptions? options, List<Finding> problems)
    {
        Path = path;
        Wals = wals;
        ManifestPath = manifestPath;
        Manifest = manifest;
        Options = options;
        Problems = problems;
    }

    /// <summary>The folder's path, from what was given to <see cref="OpenAsync"/>.</summary>
    public string Path { get; }

    /// <summary>The live and archived WALs by log number, each number once.</summary>
    public IReadOnlyList<WalFile> Wals { get; }

    /// <summary>The path of the live MANIFEST: the one that <c>CURRENT</c> names or, where it names none, the one with the greatest number. Null if there is none.</summary>
    public string? ManifestPath { get; }

    /// <summary>What that MANIFEST says, as far as it could be read: column families, what WALs are needed. Null if there is none.</summary>
    public ManifestState? Manifest { get; }

    /// <summary>
    /// The lowest log number from which RocksDB reads on recovery, from the MANIFEST and the newest OPTIONS file; null without a MANIFEST.
    /// </summary>
    internal ulong? MinLogNumber
    {
        get
        {
            if (Manifest is null)
            {
                return null;
            }

            ulong min = Manifest.MinLogNumberToKeep ?? 0;
            if (Options is not { AllowsTwoPhaseCommit: true })
            {
                // With two-phase commits, a WAL whose data is all in table files may still hold prepared transactions.
                min = Math.Max(
                    min, Manifest.ColumnFamilies.Where(family => !family.IsDropped).Select(family => family.LogNumber).DefaultIfEmpty().Min());
            }

            return min;
        }
    }

    /// <summary>What the newest OPTIONS file says of WALs; null if there is none that can be read.</summary>
    internal DatabaseOptions? Options { get; }

    /// <summary>What is not as it should be.</summary>
    public IReadOnlyList<Finding> Problems { get; }

    /// <summary>
    /// Looks what lies in a folder. Nothing in it is locked or changed, and a server may be running on it.
    /// </summary>
    /// <param name="path">The folder. If it holds no database but its <c>db</c> folder does, as with Kvrocks, that one is meant.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public static async Task<DatabaseFolder> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        string folder = LocateDatabase(path);
        List<Finding> problems = [];
        List<WalFile> wals = ListWals(folder, problems);
        (string? manifestPath, ManifestState? manifest) = await LiveManifest.ReadAsync(folder, problems, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            TrackedWals.Check(manifest, wals, problems);
        }

        var opened = new DatabaseFolder(folder, wals, manifestPath, manifest, DatabaseOptions.Read(folder), problems);
        ulong newest = opened.MinLogNumber ?? 0;
        if (wals.Count > 0 && !wals.Exists(wal => wal.LogNumber >= newest))
        {
            problems.Add(new Finding
            {
                Kind = FindingKind.MissingNewestWal,
                File = WalFileName.Of(newest),
                Reason = "neither it nor a later log is here; by the MANIFEST, what was written last is in there",
            });
        }

        return opened;
    }

    /// <summary>Finds the live MANIFEST of a folder, without reading it: see <see cref="ManifestPath"/>.</summary>
    /// <param name="path">A folder, as for <see cref="OpenAsync"/>.</param>
    /// <param name="problems">Takes what is not as it should be.</param>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public static string? FindManifest(string path, ICollection<Finding>? problems = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return LiveManifest.Find(LocateDatabase(path), problems ?? []);
    }

    /// <summary>The DB folder that a file or folder of a database belongs to: the parent of an <c>archive</c> folder, else the folder itself.</summary>
    /// <param name="folder">A folder's path.</param>
    public static string DatabaseOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return System.IO.Path.GetFileName(full) == ArchiveName ? System.IO.Path.GetDirectoryName(full) ?? full : full;
    }

    private static string LocateDatabase(string path)
    {
        string below = System.IO.Path.Combine(path, KvrocksDatabaseName);
        return !HoldsDatabase(path) && HoldsDatabase(below) ? below : path;
    }

    private static bool HoldsDatabase(string folder) =>
        Directory.Exists(folder)
        && (File.Exists(System.IO.Path.Combine(folder, LiveManifest.CurrentName))
            || LiveManifest.List(folder).Count > 0
            || PathsOfWals(folder).Any()
            || (Directory.Exists(System.IO.Path.Combine(folder, ArchiveName)) && PathsOfWals(System.IO.Path.Combine(folder, ArchiveName)).Any()));

    private static IEnumerable<string> PathsOfWals(string folder) =>
        Directory.EnumerateFiles(folder, "*.log*").Where(path => WalFileName.TryGetLogNumber(path, out _));

    internal static List<WalFile> ListWals(string folder, List<Finding> problems)
    {
        // The folder before its archive: a running server moves files from the one to the other, and none is to slip through.
        SortedDictionary<ulong, WalFile> wals = ListFolder(folder, "", problems);
        string archive = System.IO.Path.Combine(folder, ArchiveName);
        if (Directory.Exists(archive))
        {
            foreach ((ulong number, WalFile wal) in ListFolder(archive, ArchiveName + "/", problems))
            {
                wals[number] = wals.TryGetValue(number, out WalFile? live) && File.Exists(live.Path) ? ChooseLonger(live, wal, problems) : wal;
            }
        }

        return [.. wals.Values];
    }

    private static SortedDictionary<ulong, WalFile> ListFolder(string folder, string prefix, List<Finding> problems)
    {
        SortedDictionary<ulong, WalFile> wals = [];

        // Of several names of one number, RocksDB's own comes first, and then what is no compressed copy.
        foreach (string path in PathsOfWals(folder).OrderBy(path => !IsOwnName(path)).ThenBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal))
        {
            var wal = new WalFile(path, prefix + System.IO.Path.GetFileName(path));
            if (!RegularFile.Is(path))
            {
                Report(FindingKind.NoRegularFile, wal, "has the name of a WAL, but is no regular file; it is passed over");
            }
            else if (!wals.TryAdd(wal.LogNumber!.Value, wal))
            {
                Report(FindingKind.WalUnderTwoNames, wal, $"is passed over: {wals[wal.LogNumber.Value].Name} is the same WAL by its number, and is read");
            }
        }

        return wals;

        void Report(FindingKind kind, WalFile wal, string message) =>
            problems.Add(new Finding { Kind = kind, File = wal.Name, Reason = message });
    }

    private static bool IsOwnName(string path) =>
        WalFileName.TryGetLogNumber(path, out ulong number) && System.IO.Path.GetFileName(path) == WalFileName.Of(number);

    private static WalFile ChooseLonger(WalFile live, WalFile archived, List<Finding> problems)
    {
        long liveSize = live.GetSize() ?? 0;
        long archivedSize = archived.GetSize() ?? 0;
        WalFile chosen = liveSize > archivedSize ? live : new WalFile(archived.Path!, archived.Name) { LiveCopy = live };
        problems.Add(new Finding
        {
            Kind = FindingKind.WalInTwoPlaces,
            File = live.Name,
            Reason = $"lies here with {liveSize} bytes and in the archive with {archivedSize}; {chosen.Name} is read",
        });
        return chosen;
    }
}
