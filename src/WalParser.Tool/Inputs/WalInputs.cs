using System.Globalization;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The WALs that the paths of a command line name, in the order in which they are read.</summary>
internal sealed class WalInputs
{
    private const int MaxNamed = 50;

    private readonly List<WalInput> _inputs = [];
    private readonly List<InputFailure> _failures = [];
    private readonly List<DatabaseFolder> _databases = [];
    private readonly List<DatabaseFolder> _emptied = [];
    private readonly List<OtherFile> _others = [];
    private readonly List<Finding> _findings = [];

    private WalInputs()
    {
    }

    /// <summary>
    /// The WALs: folder by folder in the order of the command line, and by log number in each folder. WALs without a number are last.
    /// </summary>
    public IReadOnlyList<WalInput> All => _inputs;

    /// <summary>The paths that name no WAL.</summary>
    public IReadOnlyList<InputFailure> Failures => _failures;

    /// <summary>
    /// The findings about the paths themselves: those that were passed over because they are no WALs, and WALs that were converted as text.
    /// The findings about a folder are those of its <see cref="Databases">database</see>.
    /// </summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The databases whose folders are among the paths.</summary>
    public IReadOnlyList<DatabaseFolder> Databases => _databases;

    /// <summary>The databases without WALs whose MANIFESTs name WALs that are missing.</summary>
    public IReadOnlyList<DatabaseFolder> Emptied => _emptied;

    /// <summary>
    /// Whether the WALs, or those that are missing, are of several databases. The sequence numbers of different databases are unrelated.
    /// </summary>
    public bool AreOfSeveralDatabases =>
        _inputs.Select(input => input.Folder).Concat(_emptied.Select(FullPathOf)).Distinct().Skip(1).Any();

    /// <summary>Whether files are named by their paths in all output, because files of several databases can have the same name.</summary>
    public bool AreNamedByPath { get; private set; }

    /// <summary>The total size of the WALs, in bytes; null if the size of one is unknown.</summary>
    public long? TotalSize => _inputs.Exists(input => input.Size is null) ? null : _inputs.Sum(input => input.Size);

    /// <summary>The WALs of each database, in the order in which they are read.</summary>
    public IEnumerable<IReadOnlyList<WalInput>> ByDatabase =>
        _inputs.GroupBy(input => input.Folder).Select(IReadOnlyList<WalInput> (database) => [.. database]);

    /// <summary>Finds the WALs.</summary>
    /// <param name="paths">Files, folders and "-".</param>
    /// <param name="settings">What the command line says about them.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<WalInputs> FindAsync(
        IReadOnlyList<string> paths, InputSettings settings, CancellationToken cancellationToken)
    {
        var inputs = new WalInputs();
        if (InputFailure.OfWalFolder(settings.WalFolder) is { } failure)
        {
            // The folder of the database is not at fault, and without the WALs there is nothing to read.
            inputs._failures.Add(failure);
            return inputs;
        }

        foreach (string path in paths)
        {
            await inputs.AddAsync(path, paths.Count == 1, settings.WalFolder, cancellationToken);
        }

        await inputs.LeaveToDatabasesAsync(cancellationToken);
        inputs.PassOverOthers(settings);
        inputs.RemoveRepeated();
        inputs.Number(settings.LogNumber);
        inputs.Sort();
        inputs.AreNamedByPath = settings.IsOneOfSeveral || inputs.HasSeveralFolders;
        for (int i = 0; i < inputs._inputs.Count; i++)
        {
            inputs._inputs[i] = inputs._inputs[i] with
            {
                IsNamedByPath = inputs.AreNamedByPath,
                MaxRecordSize = settings.MaxRecordSize,
                MaxCopySize = settings.MaxCopySize,
            };
        }

        for (int i = 0; i < inputs._findings.Count; i++)
        {
            Finding finding = inputs._findings[i];
            string? name = inputs._inputs.Find(input => input.Path == finding.File)?.ReportedName;
            inputs._findings[i] = finding with { File = name ?? finding.File };
        }

        return inputs;
    }

    /// <summary>Returns the WALs that satisfy a condition.</summary>
    public WalInputs Where(Predicate<WalInput> condition)
    {
        var inputs = new WalInputs();
        inputs._inputs.AddRange(_inputs.FindAll(condition));
        return inputs;
    }

    /// <summary>Writes <see cref="Findings"/> to standard error, for a command whose output has no findings.</summary>
    /// <param name="console">The console.</param>
    /// <returns>The exit code that follows from them.</returns>
    public int ReportFindings(ToolConsole console)
    {
        _findings.ForEach(finding => console.Say(FindingText.Of(finding)));
        return _findings.Select(ExitCode.Of).DefaultIfEmpty(ExitCode.Clean).Max();
    }

    /// <summary>Writes <see cref="Failures"/> to standard error.</summary>
    /// <param name="console">The console.</param>
    /// <param name="except">The folders whose failures are left out, because the command does not need WALs in them.</param>
    /// <returns>The exit code that follows from them.</returns>
    public int ReportFailures(ToolConsole console, params IReadOnlyList<DatabaseFolder> except)
    {
        List<InputFailure> failures = _failures.FindAll(failure => !except.Any(folder => folder.Path == failure.Path
            || folder.Path == Path.Combine(failure.Path, DatabaseFolder.KvrocksDatabaseName)));
        failures.ForEach(failure => console.Say(failure.ToString()));
        return failures.Count > 0 ? ExitCode.Failure : ExitCode.Clean;
    }

    private async Task AddAsync(string path, bool isOnly, string? walFolder, CancellationToken cancellationToken)
    {
        try
        {
            if (path == WalInput.StandardInputName)
            {
                _inputs.Add(new WalInput(path, path, path, null));
            }
            else if (Directory.Exists(path))
            {
                await AddFolderAsync(path, isOnly, walFolder, cancellationToken);
            }
            else if (File.Exists(path))
            {
                await AddFileAsync(path, isOnly, cancellationToken);
            }
            else
            {
                _failures.Add(new InputFailure(path, InputFailure.NotFound(path)));
            }
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            _failures.Add(new InputFailure(path, e));
        }
    }

    private async Task AddFileAsync(string path, bool isOnly, CancellationToken cancellationToken)
    {
        FileContent? content = await RecognizeAsync(path, isOnly, cancellationToken);
        if (content is not null && content.Format != FileFormat.Wal)
        {
            _others.Add(new OtherFile(path, content));
            return;
        }

        if (content?.Conversion is { } conversion)
        {
            _findings.Add(new Finding
            {
                Kind = FindingKind.ConvertedAsText,
                File = path,
                Reason = $"was converted as if it were text: {conversion}; most of it is not readable",
            });
        }

        string given = RawPaths.Restore(path);
        string beside = Path.GetDirectoryName(Path.GetFullPath(given))!;
        string folder = DatabaseFolder.DatabaseOf(Directory.Exists(beside) ? beside : Path.GetDirectoryName(Path.GetFullPath(path))!);
        ulong? logNumber = WalFileName.TryGetLogNumber(path, out ulong number) ? number : null;
        _inputs.Add(new WalInput(Path.GetFileName(given), path, folder, logNumber));
    }

    /// <summary>
    /// Returns what a file is; null if that is not looked at: a file that cannot be read, which the reading reports, and a pipe, whose
    /// bytes can be read only once. A named pipe among several paths is passed over, because a pattern such as <c>db/*</c> can name it, and
    /// opening it waits for a writer.
    /// </summary>
    private static async Task<FileContent?> RecognizeAsync(string path, bool isOnly, CancellationToken cancellationToken)
    {
        try
        {
            FileContent content = await FileContent.RecognizeAsync(path, cancellationToken);
            return content.Format == FileFormat.NoRegularFile && (isOnly || IsOpenPipe(path)) ? null : content;
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            return null;
        }
    }

    /// <summary>Returns whether a path is one that the shell gives for an open pipe, as in <c>&lt;(zcat 000010.log.gz)</c>.</summary>
    private static bool IsOpenPipe(string path) =>
        path.StartsWith("/dev/fd/", StringComparison.Ordinal)
        || path.StartsWith("/proc/", StringComparison.Ordinal)
        || path == "/dev/stdin";

    private async Task AddFolderAsync(string path, bool isOnly, string? walFolder, CancellationToken cancellationToken)
    {
        DatabaseFolder database = await DatabaseFolder.OpenAsync(path, walFolder, cancellationToken);
        if (!_databases.Exists(known => Path.GetFullPath(known.Path) == Path.GetFullPath(database.Path)))
        {
            _databases.Add(database);
        }

        string folder = DatabaseFolder.DatabaseOf(database.Path);
        _inputs.AddRange(database.Wals.Select(wal => new WalInput(wal.Name, wal.Path!, folder, wal.LogNumber) { Listed = wal }));
        if (database.Wals.Count > 0)
        {
            return;
        }

        if (!isOnly && database.ManifestPath is null && walFolder is null)
        {
            _others.Add(new OtherFile(path, "a folder without WALs", null));
            return;
        }

        string below = Path.Combine(path, DatabaseFolder.KvrocksDatabaseName);
        string[] folders = walFolder is not null
            ? [walFolder, Path.Combine(walFolder, DatabaseFolder.ArchiveName)]
            : [path, Path.Combine(path, DatabaseFolder.ArchiveName), below, Path.Combine(below, DatabaseFolder.ArchiveName)];
        Finding? elsewhere = database.Findings.FirstOrDefault(
            finding => finding.Kind is FindingKind.WalFolderMissing or FindingKind.WalsElsewhere);
        if (elsewhere is null && database.Findings.Any(IsMissing))
        {
            // What is missing is the finding, so the folder is read.
            _emptied.Add(database);
            return;
        }

        string where = elsewhere is null ? "" : $"; {elsewhere}: give the folder of the WALs with --wal-dir";
        _failures.Add(new InputFailure(path, $"no WAL found; looked for NUMBER.log (or .log.zst and the like) in "
            + $"{string.Join(", ", folders[..^1])} and {folders[^1]}{where}{PassedOverIn(database)}"));
    }

    /// <summary>
    /// Returns what a folder without readable WALs contains instead, and how it can be read, as the rest of a sentence: pipes with the
    /// names of WALs, and WALs that RocksDB's repair has moved.
    /// </summary>
    private static string PassedOverIn(DatabaseFolder database)
    {
        IEnumerable<string> parts = database.Findings
            .Where(finding => finding.Kind is FindingKind.NoRegularFile or FindingKind.LostWals && finding.File is not null)
            .Select(finding =>
            {
                bool isLost = finding.Kind == FindingKind.LostWals;
                string path = Path.Combine(isLost ? database.Path : database.WalFolder, finding.File!);
                string next = isLost ? "give that folder as PATH to read them" : "to read what is written to a pipe, give it alone as PATH";
                return $"; {path} {finding.Reason}: {next}";
            });
        return string.Concat(parts);
    }

    /// <summary>
    /// Leaves out of what is passed over the pipes and the like that have the names of WALs, if all WALs of their folder are read: then the
    /// findings about that folder name them.
    /// </summary>
    private async Task LeaveToDatabasesAsync(CancellationToken cancellationToken)
    {
        HashSet<string> folders = [.. _inputs.Select(input => input.Folder)];
        HashSet<string> read = [.. _inputs.Where(input => !input.IsStandardInput).Select(input => Path.GetFullPath(input.Path))];
        IEnumerable<string> withOthers = _others.Where(other => WalFileName.TryGetLogNumber(other.Path, out _))
            .Select(other => DatabaseFolder.DatabaseOf(Path.GetDirectoryName(Path.GetFullPath(other.Path))!))
            .Where(folders.Contains)
            .Distinct();
        foreach (string folder in withOthers.ToArray())
        {
            DatabaseFolder database = await DatabaseFolder.OpenAsync(folder, cancellationToken);
            if (database.Wals.All(wal => read.Contains(Path.GetFullPath(wal.Path!))))
            {
                HashSet<string> named =
                [
                    .. database.Findings.Where(finding => finding.Kind == FindingKind.NoRegularFile)
                        .Select(finding => Path.GetFullPath(Path.Combine(database.WalFolder, finding.File!))),
                ];
                _others.RemoveAll(other => named.Contains(Path.GetFullPath(other.Path)));
            }
        }
    }

    /// <summary>
    /// Passes over what is no WAL if there is something to read besides, with one note for all of it; otherwise each of it is a failure.
    /// </summary>
    private void PassOverOthers(InputSettings settings)
    {
        if (settings.WalFolder is { } walFolder && _databases.Count != 1)
        {
            _failures.Add(new InputFailure(walFolder, "--wal-dir is the folder of the WALs of one DB folder; name one DB folder as PATH"));
        }

        if (_others.Count == 0)
        {
            return;
        }

        if (_inputs.Count == 0)
        {
            _failures.AddRange(_others.Select(other => other.ToFailure()));
            return;
        }

        IEnumerable<string> names = _others.Select(other => $"{other.Path} ({other.Description})");
        string more = _others.Count > MaxNamed
            ? string.Create(CultureInfo.InvariantCulture, $" and {_others.Count - MaxNamed} more")
            : "";
        _findings.Add(new Finding
        {
            Kind = FindingKind.NoWal,
            Reason = $"passed over, because these are no WALs: {string.Join(", ", names.Take(MaxNamed))}{more}",
        });
    }

    private static bool IsMissing(Finding finding) => finding.Kind is FindingKind.MissingWal or FindingKind.MissingNewestWal;

    private void RemoveRepeated()
    {
        HashSet<string> seen = [];
        _inputs.RemoveAll(input => !seen.Add(input.IsStandardInput ? input.Path : Path.GetFullPath(input.Path)));
    }

    private void Number(ulong? logNumber)
    {
        for (int i = 0; i < _inputs.Count && logNumber is not null; i++)
        {
            if (_inputs[i].LogNumber is null || _inputs.Count == 1)
            {
                _inputs[i] = _inputs[i] with { LogNumber = logNumber };
            }
        }
    }

    private void Sort()
    {
        List<string> folders = [.. _inputs.Select(input => input.Folder).Distinct()];

        // OrderBy is stable: WALs without a number keep the order of the command line.
        WalInput[] sorted =
        [
            .. _inputs.Where(input => input.LogNumber is not null)
                .OrderBy(input => folders.IndexOf(input.Folder))
                .ThenBy(input => input.LogNumber),
            .. _inputs.Where(input => input.LogNumber is null),
        ];
        _inputs.Clear();
        _inputs.AddRange(sorted);
    }

    /// <summary>Whether there are several folders that have WALs or a MANIFEST.</summary>
    private bool HasSeveralFolders => _inputs.Select(input => input.Folder)
        .Concat(_databases.Where(database => database.ManifestPath is not null).Select(FullPathOf))
        .Distinct()
        .Skip(1)
        .Any();

    private static string FullPathOf(DatabaseFolder database) => DatabaseFolder.DatabaseOf(Path.GetFullPath(database.Path));
}
