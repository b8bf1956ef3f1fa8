using WalParser.Databases;
using WalParser.Findings;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The column families of all databases that the WALs of a command line belong to.</summary>
internal sealed class ColumnFamilies
{
    private readonly Dictionary<string, FamilyNames> _byFolder = [];
    private readonly Dictionary<string, DatabaseFolder> _databases = [];

    private ColumnFamilies()
    {
    }

    /// <summary>All names that are known, each once.</summary>
    public IReadOnlyList<string> AllNames => [.. _byFolder.Values.SelectMany(names => names.All).Distinct()];

    /// <summary>The names of the database that a WAL belongs to.</summary>
    public FamilyNames this[WalInput input] => _byFolder.GetValueOrDefault(input.Folder, FamilyNames.None);

    /// <summary>
    /// The database whose WALs these are, if they are all of them: only then can it be said that one is missing.
    /// </summary>
    public DatabaseFolder? WholeDatabaseOf(IReadOnlyList<WalInput> inputs) =>
        _databases.TryGetValue(inputs[0].Folder, out DatabaseFolder? database) && IsWhole(database, inputs) ? database : null;

    /// <summary>
    /// Reads the MANIFESTs. What is wrong with one is told in a line; where there is none, there are no names and nothing to tell.
    /// </summary>
    /// <param name="inputs">The logs.</param>
    /// <param name="console">Where to tell it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="isToldElsewhere">What is not told here of a database whose logs are all there, since the command tells it itself.</param>
    public static async Task<ColumnFamilies> ReadAsync(
        WalInputs inputs, ToolConsole console, CancellationToken cancellationToken, Func<Finding, bool>? isToldElsewhere = null)
    {
        var families = new ColumnFamilies();
        foreach (IGrouping<string, WalInput> folder in inputs.All.Where(input => !input.IsStandardInput).GroupBy(input => input.Folder))
        {
            try
            {
                DatabaseFolder database = inputs.Databases.FirstOrDefault(database => FullPathOf(database) == folder.Key)
                    ?? await DatabaseFolder.OpenAsync(folder.Key, cancellationToken);
                families._databases.Add(folder.Key, database);
                bool isWhole = IsWhole(database, folder);
                IEnumerable<Finding> problems = database.Problems.Where(problem => problem.IsAboutManifest && !(isWhole && isToldElsewhere?.Invoke(problem) == true));
                foreach (IGrouping<FindingKind, Finding> ofKind in problems.GroupBy(problem => problem.Kind))
                {
                    string more = ofKind.Skip(1).Any() ? "; and more: 'walparser manifest' shows all" : "";
                    console.Say($"{Path.Combine(database.Path, ofKind.First().File!)}: {ofKind.First().Reason}{more}");
                }

                if (database.Manifest is { } manifest)
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

    /// <summary>Reads again the names of the database that a log belongs to. Where they cannot be read, those that were known remain.</summary>
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
            // Nothing is lost: the ids are shown.
        }
    }

    private static bool IsWhole(DatabaseFolder database, IEnumerable<WalInput> inputs)
    {
        HashSet<string> paths = [.. inputs.Select(input => Path.GetFullPath(input.Path))];
        return database.Wals.All(wal => paths.Contains(Path.GetFullPath(wal.Path!)));
    }

    private static string FullPathOf(DatabaseFolder database) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(database.Path));
}
