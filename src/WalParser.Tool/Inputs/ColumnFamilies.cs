using WalParser.Databases;
using WalParser.Findings;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The column families of the databases to which the WALs of a command line belong.</summary>
internal sealed class ColumnFamilies
{
    private readonly Dictionary<string, FamilyNames> _byFolder = [];
    private readonly Dictionary<string, DatabaseFolder> _databases = [];

    private ColumnFamilies()
    {
    }

    /// <summary>All known names, without duplicates.</summary>
    public IReadOnlyList<string> AllNames => [.. _byFolder.Values.SelectMany(names => names.All).Distinct()];

    /// <summary>The names in the database to which a WAL belongs.</summary>
    public FamilyNames this[WalInput input] => _byFolder.GetValueOrDefault(input.Folder, FamilyNames.None);

    /// <summary>Returns the database whose WALs these are if they are all of its WALs; only then can a missing WAL be detected.</summary>
    public DatabaseFolder? WholeDatabaseOf(IReadOnlyList<WalInput> inputs) =>
        _databases.TryGetValue(inputs[0].Folder, out DatabaseFolder? database) && IsWhole(database, inputs) ? database : null;

    /// <summary>Returns the MANIFEST of the database whose WALs these are; null if there is none.</summary>
    public ManifestState? ManifestOf(IReadOnlyList<WalInput> inputs) =>
        inputs.Count > 0 && _databases.TryGetValue(inputs[0].Folder, out DatabaseFolder? database) ? database.Manifest : null;

    /// <summary>
    /// Returns the MANIFEST that names the column families of a folder's WALs. That of WALs that RocksDB's repair has moved to a subfolder
    /// is the one of the database.
    /// </summary>
    private static async Task<ManifestState?> ManifestOfAsync(DatabaseFolder database, CancellationToken cancellationToken)
    {
        string full = FullPathOf(database);
        if (database.Manifest is not null
            || Path.GetFileName(full) != DatabaseFolder.LostName
            || Path.GetDirectoryName(full) is not { } above)
        {
            return database.Manifest;
        }

        return (await DatabaseFolder.OpenAsync(above, cancellationToken)).Manifest;
    }

    /// <summary>
    /// Reads the MANIFESTs. Findings about a MANIFEST are reported on standard error unless all WALs of the database are inputs: then they
    /// are among the findings about the set. A folder without a MANIFEST has no names and no findings.
    /// </summary>
    /// <param name="inputs">The WALs.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<ColumnFamilies> ReadAsync(
        WalInputs inputs, ToolConsole console, CancellationToken cancellationToken)
    {
        var families = new ColumnFamilies();
        foreach (IGrouping<string, WalInput> folder in inputs.All.Where(input => !input.IsStandardInput).GroupBy(input => input.Folder))
        {
            try
            {
                DatabaseFolder database = inputs.Databases.FirstOrDefault(database => FullPathOf(database) == folder.Key)
                    ?? await DatabaseFolder.OpenAsync(folder.Key, cancellationToken);
                families._databases.Add(folder.Key, database);
                IEnumerable<Finding> problems =
                    IsWhole(database, folder) ? [] : database.Findings.Where(problem => problem.IsAboutManifest);
                foreach (IGrouping<FindingKind, Finding> ofKind in problems.GroupBy(problem => problem.Kind))
                {
                    string more = ofKind.Skip(1).Any() ? "; and more: 'walparser manifest' shows all" : "";
                    Finding first = ofKind.First();
                    string? path = inputs.AreNamedByPath ? Path.Combine(database.Path, first.File!) : null;
                    console.Say(FindingText.Of(first, path) + more);
                }

                if (await ManifestOfAsync(database, cancellationToken) is { } manifest)
                {
                    families._byFolder.Add(folder.Key, new FamilyNames(manifest.ColumnFamilies));
                }
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                console.Say(new InputFailure(folder.Key, e) + "; column families have no names");
            }
        }

        return families;
    }

    /// <summary>Reads the names in the database of a WAL again. If they cannot be read, the known names are kept.</summary>
    public async Task RefreshAsync(WalInput input, CancellationToken cancellationToken)
    {
        if (!_byFolder.TryGetValue(input.Folder, out FamilyNames? names))
        {
            _byFolder.Add(input.Folder, names = new FamilyNames([]));
        }

        try
        {
            names.Add((await DatabaseFolder.OpenAsync(input.Folder, cancellationToken)).Manifest?.ColumnFamilies ?? []);
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            // Families without a name are shown by their ids.
        }
    }

    private static bool IsWhole(DatabaseFolder database, IEnumerable<WalInput> inputs)
    {
        HashSet<string> paths = [.. inputs.Select(input => Path.GetFullPath(input.Path))];
        return database.Wals.All(wal => paths.Contains(Path.GetFullPath(wal.Path!)));
    }

    private static string FullPathOf(DatabaseFolder database) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(database.Path));
}
