using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Inputs;

/// <summary>The inputs of one database as a <see cref="WalSet"/>.</summary>
internal sealed class InputSet
{
    private readonly Dictionary<WalFile, WalInput> _byFile;
    private readonly bool _isNamedByPath;

    /// <param name="inputs">The inputs, in the order in which they are read.</param>
    /// <param name="mode">The recovery mode in which they are read.</param>
    /// <param name="database">The folder whose MANIFEST says which WALs have to be there; null to read the WALs without one.</param>
    /// <param name="console">The console whose standard input is one of the inputs.</param>
    /// <param name="manifest">The MANIFEST whose comparators say where keys end in timestamps; null to use that of the folder.</param>
    /// <param name="isNamedByPath">Whether files are named by their paths, because the database is one of several.</param>
    public InputSet(
        IReadOnlyList<WalInput> inputs,
        WalRecoveryMode mode,
        DatabaseFolder? database,
        ToolConsole console,
        ManifestState? manifest = null,
        bool isNamedByPath = false)
    {
        _isNamedByPath = isNamedByPath;
        Inputs = inputs;
        Mode = mode;
        _byFile = inputs.ToDictionary(input => input.ToWalFile(console));
        var options = new WalSetOptions
        {
            Mode = mode,
            Manifest = manifest,
            MaxRecordSize = inputs.Count > 0 ? inputs[0].MaxRecordSize : WalReaderOptions.DefaultMaxRecordSize,
            MaxCopySize = inputs.Count > 0 ? inputs[0].MaxCopySize : null,
        };
        Wals = new WalSet(_byFile.Keys, options, database);
    }

    /// <summary>Returns the sets of all databases of a command line, and those of databases without WALs.</summary>
    /// <param name="inputs">The WALs of the command line.</param>
    /// <param name="mode">The recovery mode in which they are read.</param>
    /// <param name="families">The databases to which the WALs belong.</param>
    /// <param name="withoutWals">The databases without WALs that are read for what their MANIFESTs say.</param>
    /// <param name="console">The console whose standard input is one of the inputs.</param>
    public static IEnumerable<InputSet> AllOf(
        WalInputs inputs,
        WalRecoveryMode mode,
        ColumnFamilies families,
        IReadOnlyList<DatabaseFolder> withoutWals,
        ToolConsole console) =>
        inputs.ByDatabase
            .Select(database => new InputSet(
                database, mode, families.WholeDatabaseOf(database), console, families.ManifestOf(database), inputs.AreNamedByPath))
            .Concat(withoutWals.Select(folder =>
                new InputSet([], mode, folder, console, manifest: null, inputs.AreNamedByPath)));

    /// <summary>The inputs, in the order in which they are read.</summary>
    public IReadOnlyList<WalInput> Inputs { get; }

    /// <summary>The recovery mode in which they are read.</summary>
    public WalRecoveryMode Mode { get; }

    /// <summary>The WALs.</summary>
    public WalSet Wals { get; }

    /// <summary>Returns the failure to read a WAL of the set, or another file of its database.</summary>
    /// <param name="unreadable">The finding about the file.</param>
    public InputFailure FailureOf(Finding unreadable) =>
        Wals.Folder is not { } folder || Inputs.Any(input => input.Name == unreadable.File)
            ? new InputFailure(unreadable, Inputs)
            : new InputFailure(Path.Combine(folder.Path, unreadable.File!), unreadable.Reason);

    /// <summary>
    /// Returns a finding with the name of its file that all output has: the name in its database or, if there are several databases, the
    /// path.
    /// </summary>
    public Finding Named(Finding finding)
    {
        if (!_isNamedByPath || finding.File is not { } name)
        {
            return finding;
        }

        string? path = Inputs.FirstOrDefault(input => input.Name == name)?.ReportedName
            ?? (Wals.Folder is { } folder ? PathIn(folder.Path, name) : null);
        return path is null ? finding : finding with { File = path };
    }

    /// <summary>Returns the input that a WAL of the set is.</summary>
    /// <remarks>
    /// Of a WAL that lies both in the folder and in its archive, the listing of the folder names one copy, and recovery reads the one in
    /// the folder.
    /// </remarks>
    public WalInput InputOf(WalFile file) => _byFile.TryGetValue(file, out WalInput? input)
        ? input
        : Inputs.First(other => other.LogNumber == file.LogNumber) with { Name = file.Name, Path = file.Path!, Listed = file };

    /// <summary>Returns the path of a file of a database. What is outside its folder has a path already, as has the folder.</summary>
    private static string PathIn(string folder, string name) => name == folder ? name : Path.Combine(folder, name);
}
