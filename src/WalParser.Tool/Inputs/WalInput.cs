using WalParser.Databases;
using WalParser.Framing;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>A WAL to read.</summary>
/// <param name="Name">
/// The name in its database: the path relative to the DB folder if a folder was given, or else the file name. Standard input is "-".
/// </param>
/// <param name="Path">The path by which the WAL is opened, formed from the path in the command line.</param>
/// <param name="Folder">The full path of the DB folder to which the WAL belongs. WALs of one folder continue each other.</param>
/// <param name="LogNumber">The log number, if the name or the user says it.</param>
internal sealed record WalInput(string Name, string Path, string Folder, ulong? LogNumber)
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInputName = "-";

    /// <summary>The WAL in the listing of its folder; null if it was not found there.</summary>
    public WalFile? Listed { get; init; }

    /// <summary>Whether <see cref="ReportedName"/> is the path, which distinguishes the WALs of several databases.</summary>
    public bool IsNamedByPath { get; init; }

    /// <summary>The maximum size of a record, in bytes.</summary>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <summary>The maximum size of the content of a compressed copy, in bytes; null for the default of the library.</summary>
    public long? MaxCopySize { get; init; }

    /// <summary>The name in all output for programs: the name in its database or, if there are several databases, the path.</summary>
    public string ReportedName => RawPaths.Restore(IsNamedByPath ? Path : Name);

    /// <summary>The name in all output for people.</summary>
    public string Label => IsStandardInput ? "standard input" : ShownText.Of(ReportedName);

    /// <summary>Whether the WAL is standard input.</summary>
    public bool IsStandardInput => Path == StandardInputName;

    /// <summary>
    /// The current size of the WAL, in bytes, if it is known before reading. The size of the content of a compressed copy is not.
    /// </summary>
    public long? Size =>
        !IsStandardInput && Path.EndsWith(".log", StringComparison.Ordinal) && new FileInfo(Path) is { Exists: true } file
            ? file.Length
            : null;

    /// <summary>Returns the input for a WAL that was created while its database was being read.</summary>
    /// <param name="file">The WAL.</param>
    /// <param name="database">The folder of its database, whose WALs may lie in another folder; null if only the WALs are read.</param>
    public static WalInput Of(WalFile file, DatabaseFolder? database = null) => file.Path is null
        ? new WalInput(file.Name, file.Name, file.Name, file.LogNumber)
        : new WalInput(
            file.Name,
            file.Path,
            DatabaseFolder.DatabaseOf(database is null ? FolderOf(file.Path) : System.IO.Path.GetFullPath(database.Path)),
            file.LogNumber);

    /// <summary>Returns the WAL as a member of a set.</summary>
    public WalFile ToWalFile(ToolConsole console) =>
        IsStandardInput ? new WalFile(Name, LogNumber, options => WalReader.Create(console.Input, options, leaveOpen: true))
        : Listed is { } listed && listed.LogNumber == LogNumber ? listed
        : new WalFile(Path, Name, LogNumber);

    private static string FolderOf(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
}
