using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// The contents of a RocksDB folder, of a copy of one, or of a folder with only WALs, at the time at which it was opened. Immutable, and
/// therefore safe for concurrent use by multiple threads.
/// </summary>
public sealed class DatabaseFolder
{
    /// <summary>The name of the subfolder to which RocksDB moves WALs that it no longer needs.</summary>
    public const string ArchiveName = "archive";

    /// <summary>The name of the subfolder to which RocksDB's repair moves files that it could not use (<c>db/repair.cc</c>).</summary>
    public const string LostName = "lost";

    /// <summary>The name of the subfolder in which Kvrocks stores its database, within the folder that its configuration names.</summary>
    public const string KvrocksDatabaseName = "db";

    private DatabaseFolder(
        string path,
        string walFolder,
        IReadOnlyList<WalFile> wals,
        string? manifestPath,
        ManifestState? manifest,
        DatabaseOptions? options,
        List<Finding> problems)
    {
        Path = path;
        WalFolder = walFolder;
        GivenPath = path;
        Wals = wals;
        ManifestPath = manifestPath;
        Manifest = manifest;
        Options = options;
        Findings = problems;
    }

    /// <summary>
    /// The path of the folder, based on the path that was passed to <see cref="OpenAsync(string, CancellationToken)"/>.
    /// </summary>
    public string Path { get; }

    /// <summary>
    /// The path of the folder that contains the WALs and their archive: <see cref="Path"/>, the folder that was passed to
    /// <see cref="OpenAsync(string, string?, CancellationToken)"/>, or the one that the newest OPTIONS file names (<c>wal_dir</c>) if the
    /// folder itself has no WAL. A finding of the kind <see cref="FindingKind.WalsElsewhere"/> says so in the last case.
    /// </summary>
    public string WalFolder { get; }

    /// <summary>
    /// The path that was passed to <see cref="OpenAsync(string, CancellationToken)"/>: <see cref="Path"/> itself, or the folder above it.
    /// </summary>
    internal string GivenPath { get; private init; }

    /// <summary>The live and archived WALs by log number, each number once.</summary>
    public IReadOnlyList<WalFile> Wals { get; }

    /// <summary>
    /// The path of the live MANIFEST: the one that <c>CURRENT</c> names or, if it names none, the one with the greatest number. Null if
    /// there is none.
    /// </summary>
    public string? ManifestPath { get; }

    /// <summary>
    /// The state that the live MANIFEST describes, as far as it could be read: column families, required WALs. Null if there is none.
    /// </summary>
    public ManifestState? Manifest { get; }

    /// <summary>
    /// The lowest log number that RocksDB reads during recovery, based on the MANIFEST and the newest OPTIONS file; null without a
    /// MANIFEST.
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
                // With two-phase commits, a WAL whose data is all in table files may still contain prepared transactions.
                IEnumerable<ulong> logNumbers =
                    Manifest.ColumnFamilies.Where(family => !family.IsDropped).Select(family => family.LogNumber);
                min = Math.Max(min, logNumbers.DefaultIfEmpty().Min());
            }

            return min;
        }
    }

    /// <summary>The options in the newest OPTIONS file that concern WALs; null if no such file can be read.</summary>
    internal DatabaseOptions? Options { get; }

    /// <summary>The numbers of the files in the folder.</summary>
    internal IReadOnlySet<ulong> FileNumbers { get; private init; } = new HashSet<ulong>();

    /// <summary>The findings about the folder.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Opens a folder and lists its contents. Nothing in it is locked or changed; a server may be running on it.</summary>
    /// <param name="path">
    /// The folder. If it contains no database but its <c>db</c> subfolder does, as with Kvrocks, the subfolder is opened.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public static Task<DatabaseFolder> OpenAsync(string path, CancellationToken cancellationToken = default) =>
        OpenAsync(path, walFolder: null, cancellationToken);

    /// <summary>
    /// Opens a folder whose WALs may lie in another one, and lists its contents. Nothing in the folders is locked or changed; a server may
    /// be running on them.
    /// </summary>
    /// <param name="path">
    /// The folder. If it contains no database but its <c>db</c> subfolder does, as with Kvrocks, the subfolder is opened.
    /// </param>
    /// <param name="walFolder">
    /// The folder that contains the WALs and their archive (RocksDB's option <c>wal_dir</c>). If null, it is the folder itself or, if that
    /// has no WAL, the one that its newest OPTIONS file names.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static async Task<DatabaseFolder> OpenAsync(
        string path, string? walFolder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        string folder = LocateDatabase(path);
        List<Finding> problems = [];
        DatabaseOptions? options = DatabaseOptions.Read(folder);
        List<WalFile> wals = ListWals(walFolder ?? folder, problems);
        string chosen = WalFolderChoice.Make(folder, walFolder, wals.Count > 0, options, problems);
        if (walFolder is null && chosen != folder)
        {
            wals = ListWals(chosen, problems);
        }

        WalFolderChoice.ReportLost(folder, chosen, problems);
        (string? manifestPath, ManifestState? manifest) = IsLost(folder)
            ? (null, null)
            : await LiveManifest.ReadAsync(folder, problems, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            TrackedWals.Check(manifest, wals, problems);
        }

        var opened = new DatabaseFolder(folder, chosen, wals, manifestPath, manifest, options, problems)
        {
            GivenPath = path,
            FileNumbers = Databases.FileNumbers.In(folder),
        };
        bool areElsewhere = wals.Count == 0
            && problems.Exists(problem => problem.Kind is FindingKind.WalsElsewhere or FindingKind.WalFolderMissing);
        if (manifest is not null
            && !areElsewhere
            && NeededLogs.FindMissing(manifest, opened.MinLogNumber ?? 0, chosen, wals) is { } missing
            && (missing.Kind == FindingKind.MissingNewestWal || !problems.Exists(problem => problem.Kind == FindingKind.MissingWal)))
        {
            // Tracked logs that are missing are named one by one.
            problems.Add(missing);
        }

        return opened;
    }

    /// <summary>
    /// Finds the live MANIFEST of a folder without reading it: see <see cref="ManifestPath"/>. Returns null if there is none.
    /// </summary>
    /// <param name="path">The folder, as for <see cref="OpenAsync(string, CancellationToken)"/>.</param>
    /// <param name="findings">The collection to which findings are added; null to ignore them.</param>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public static string? FindManifest(string path, ICollection<Finding>? findings = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return LiveManifest.Find(LocateDatabase(path), findings ?? []);
    }

    /// <summary>
    /// Returns the path of the database folder that a folder belongs to: the parent of an <c>archive</c> folder, otherwise the folder
    /// itself.
    /// </summary>
    /// <param name="folder">The path of the folder.</param>
    public static string DatabaseOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return System.IO.Path.GetFileName(full) == ArchiveName ? System.IO.Path.GetDirectoryName(full) ?? full : full;
    }

    /// <summary>
    /// Returns whether a folder is the one to which RocksDB's repair moves files. It may contain old MANIFESTs, none of which is live.
    /// </summary>
    internal static bool IsLost(string folder) =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder))) == LostName
        && !File.Exists(System.IO.Path.Combine(folder, LiveManifest.CurrentName));

    /// <summary>Returns the folder that is opened for a path: the folder itself, or its <c>db</c> subfolder.</summary>
    internal static string LocateDatabase(string path)
    {
        string below = System.IO.Path.Combine(path, KvrocksDatabaseName);
        return !ContainsDatabase(path) && ContainsDatabase(below) ? below : path;
    }

    private static bool ContainsDatabase(string folder) => Directory.Exists(folder) && (HasManifest(folder) || HasWals(folder));

    /// <summary>Returns whether an existing folder has the files that only the folder of a database has.</summary>
    internal static bool HasManifest(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, LiveManifest.CurrentName)) || LiveManifest.List(folder).Count > 0;

    /// <summary>Returns whether an existing folder, or its archive, contains a WAL.</summary>
    internal static bool HasWals(string folder) =>
        PathsOfWals(folder).Any()
        || (Directory.Exists(System.IO.Path.Combine(folder, ArchiveName))
            && PathsOfWals(System.IO.Path.Combine(folder, ArchiveName)).Any());

    /// <summary>Returns the paths of the files of a folder that have the names of WALs.</summary>
    internal static IEnumerable<string> PathsOfWals(string folder) =>
        Directory.EnumerateFiles(folder, "*.log*").Where(path => WalFileName.TryGetLogNumber(path, out _));

    internal static List<WalFile> ListWals(string folder, List<Finding> problems)
    {
        // Lists the folder before its archive: a running server moves files from the folder to the archive, and none may be missed.
        SortedDictionary<ulong, WalFile> wals = ListFolder(folder, "", problems);
        string archive = System.IO.Path.Combine(folder, ArchiveName);
        if (Directory.Exists(archive))
        {
            foreach ((ulong number, WalFile wal) in ListFolder(archive, ArchiveName + "/", problems))
            {
                wals[number] = wals.TryGetValue(number, out WalFile? live) && File.Exists(live.Path)
                    ? ChooseLonger(live, wal, problems)
                    : wal;
            }
        }

        return [.. wals.Values];
    }

    private static SortedDictionary<ulong, WalFile> ListFolder(string folder, string prefix, List<Finding> problems)
    {
        SortedDictionary<ulong, WalFile> wals = [];

        // Of several names with the same number, the name that RocksDB writes comes first, then uncompressed files, then compressed copies.
        IEnumerable<string> paths = Directory.EnumerateFileSystemEntries(folder, "*.log*")
            .Where(path => WalFileName.TryGetLogNumber(path, out _))
            .OrderBy(path => !IsOwnName(path)).ThenBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal);
        foreach (string path in paths)
        {
            var wal = new WalFile(path, prefix + System.IO.Path.GetFileName(path));
            if (RegularFile.OtherKindOf(path) is { } kind)
            {
                Report(FindingKind.NoRegularFile, wal, $"has the name of a WAL, but is {kind}, not a regular file; it is skipped");
            }
            else if (!wals.TryAdd(wal.LogNumber!.Value, wal))
            {
                string read = wals[wal.LogNumber.Value].Name;
                Report(FindingKind.WalUnderTwoNames, wal, $"is skipped: {read} has the same log number and is read");
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
            Reason = $"has {liveSize} bytes here and {archivedSize} bytes in the archive; {chosen.Name} is read",
        });
        return chosen;
    }
}
