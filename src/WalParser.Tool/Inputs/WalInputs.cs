using WalParser.Databases;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The WALs that the paths of a command line name, in the order in which they are read.</summary>
internal sealed class WalInputs
{
    private readonly List<WalInput> _inputs = [];
    private readonly List<InputFailure> _failures = [];
    private readonly List<DatabaseFolder> _databases = [];

    private WalInputs()
    {
    }

    /// <summary>
    /// The WALs: folder by folder in the order of the command line, and by log number in each folder. WALs without a number are last.
    /// </summary>
    public IReadOnlyList<WalInput> All => _inputs;

    /// <summary>The paths that name no WAL.</summary>
    public IReadOnlyList<InputFailure> Failures => _failures;

    /// <summary>The databases whose folders are among the paths.</summary>
    public IReadOnlyList<DatabaseFolder> Databases => _databases;

    /// <summary>Whether the WALs are of several databases. The sequence numbers of different databases are unrelated.</summary>
    public bool AreOfSeveralDatabases => _inputs.DistinctBy(input => input.Folder).Count() > 1;

    /// <summary>The total size of the WALs, in bytes; null if the size of one is unknown.</summary>
    public long? TotalSize => _inputs.Exists(input => input.Size is null) ? null : _inputs.Sum(input => input.Size);

    /// <summary>The WALs of each database, in the order in which they are read.</summary>
    public IEnumerable<IReadOnlyList<WalInput>> ByDatabase =>
        _inputs.GroupBy(input => input.Folder).Select(IReadOnlyList<WalInput> (database) => [.. database]);

    /// <summary>Finds the WALs.</summary>
    /// <param name="paths">Files, folders and "-".</param>
    /// <param name="logNumber">The number of the WALs whose names contain none. A single WAL has this number whatever its name is.</param>
    /// <param name="maxRecordSize">The maximum size of a record, in bytes.</param>
    /// <param name="console">The console to report to which of two copies of a WAL is read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<WalInputs> FindAsync(
        IEnumerable<string> paths, ulong? logNumber, int maxRecordSize, ToolConsole console, CancellationToken cancellationToken)
    {
        var inputs = new WalInputs();
        foreach (string path in paths)
        {
            await inputs.AddAsync(path, cancellationToken);
        }

        foreach (DatabaseFolder database in inputs._databases)
        {
            foreach (Finding problem in database.Findings.Where(IsAboutChoice))
            {
                console.Say(Path.Combine(database.Path, problem.ToString()));
            }
        }

        inputs.RemoveRepeated();
        inputs.Number(logNumber);
        inputs.Sort();
        inputs.LabelByPathIfManyFolders();
        for (int i = 0; i < inputs._inputs.Count; i++)
        {
            inputs._inputs[i] = inputs._inputs[i] with { MaxRecordSize = maxRecordSize };
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

    private async Task AddAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (path == WalInput.StandardInputName)
            {
                _inputs.Add(new WalInput(path, path, path, null));
            }
            else if (Directory.Exists(path))
            {
                await AddFolderAsync(path, cancellationToken);
            }
            else if (File.Exists(path))
            {
                string folder = DatabaseFolder.DatabaseOf(Path.GetDirectoryName(Path.GetFullPath(path))!);
                ulong? logNumber = WalFileName.TryGetLogNumber(path, out ulong number) ? number : null;
                _inputs.Add(new WalInput(Path.GetFileName(path), path, folder, logNumber));
            }
            else
            {
                _failures.Add(new InputFailure(path, "no such file or folder; name a WAL, a DB folder, or - for standard input"));
            }
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            _failures.Add(new InputFailure(path, e));
        }
    }

    private async Task AddFolderAsync(string path, CancellationToken cancellationToken)
    {
        DatabaseFolder database = await DatabaseFolder.OpenAsync(path, cancellationToken);
        if (!_databases.Exists(known => Path.GetFullPath(known.Path) == Path.GetFullPath(database.Path)))
        {
            _databases.Add(database);
        }

        string folder = DatabaseFolder.DatabaseOf(database.Path);
        _inputs.AddRange(database.Wals.Select(wal => new WalInput(wal.Name, wal.Path!, folder, wal.LogNumber) { Listed = wal }));
        if (database.Wals.Count == 0)
        {
            string below = Path.Combine(path, DatabaseFolder.KvrocksDatabaseName);
            _failures.Add(new InputFailure(path, $"no WAL found; looked for NUMBER.log (or .log.zst and the like) in {path}, "
                + $"{Path.Combine(path, DatabaseFolder.ArchiveName)}, {below} and {Path.Combine(below, DatabaseFolder.ArchiveName)}"));
        }
    }

    private static bool IsAboutChoice(Finding problem) =>
        problem.Kind is FindingKind.WalInTwoPlaces or FindingKind.WalUnderTwoNames or FindingKind.NoRegularFile;

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

    private void LabelByPathIfManyFolders()
    {
        if (AreOfSeveralDatabases)
        {
            for (int i = 0; i < _inputs.Count; i++)
            {
                _inputs[i] = _inputs[i] with { IsLabelledByPath = true };
            }
        }
    }
}
