using WalParser.Files;
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

    /// <summary>The database whose WALs these are, if they are all of them: only then can it be said that one is missing.</summary>
    public DatabaseFolder? WholeDatabaseOf(IReadOnlyList<WalInput> inputs) =>
        _databases.TryGetValue(inputs[0].Folder, out DatabaseFolder? database)
        && database.Wals.Select(wal => Path.GetFullPath(wal.Path!)).ToHashSet().IsSubsetOf(inputs.Select(input => Path.GetFullPath(input.Path)))
            ? database
            : null;

    /// <summary>
    /// Reads the MANIFESTs. What is wrong with one is told in a line; where there is none, there are no names and nothing to tell.
    /// </summary>
    public static async Task<ColumnFamilies> ReadAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken)
    {
        var families = new ColumnFamilies();
        foreach (string folder in inputs.All.Where(input => !input.IsStandardInput).Select(input => input.Folder).Distinct())
        {
            try
            {
                DatabaseFolder database = await DatabaseFolder.OpenAsync(folder, cancellationToken);
                families._databases.Add(folder, database);
                foreach (IGrouping<DatabaseProblemKind, DatabaseProblem> problems in database.Problems.Where(IsAboutManifest).GroupBy(problem => problem.Kind))
                {
                    string more = problems.Skip(1).Any() ? "; and more: 'walparser manifest' shows all" : "";
                    console.Say($"{Path.Combine(database.Path, problems.First().File)}: {problems.First().Message}{more}");
                }

                if (database.Manifest is { } manifest)
                {
                    families._byFolder.Add(folder, new FamilyNames(manifest.ColumnFamilies));
                }
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                console.Say(new InputFailure(folder, e) + "; column families have no names");
            }
        }

        return families;
    }

    private static bool IsAboutManifest(DatabaseProblem problem) => problem.Kind is DatabaseProblemKind.MissingCurrent
        or DatabaseProblemKind.DanglingCurrent
        or DatabaseProblemKind.DamagedManifest
        or DatabaseProblemKind.Unreadable;
}
