using WalParser.Databases;
using WalParser.Framing;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>A WAL to read.</summary>
/// <param name="Name">
/// Its name for programs: the path relative to the DB folder if a folder was given, else the file's name; "-" is standard input.
/// </param>
/// <param name="Path">The path by which it is opened, as it came about from what was given.</param>
/// <param name="Folder">The full path of the DB folder it belongs to. Logs of one folder continue each other.</param>
/// <param name="LogNumber">Its number, if the name or the user says it.</param>
internal sealed record WalInput(string Name, string Path, string Folder, ulong? LogNumber)
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInputName = "-";

    /// <summary>The log as its folder's listing has it; null if it was not found by that.</summary>
    public WalFile? Listed { get; init; }

    /// <summary>Whether <see cref="Label"/> is the path, to tell apart the logs of several folders.</summary>
    public bool IsLabelledByPath { get; init; }

    /// <summary>The largest record that is read, in bytes.</summary>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <summary>Its name for people.</summary>
    public string Label => IsStandardInput ? "standard input" : OneLine.Of(IsLabelledByPath ? Path : Name);

    /// <summary>Whether it is standard input.</summary>
    public bool IsStandardInput => Path == StandardInputName;

    /// <summary>The log's size in bytes as it is now, if that can be told beforehand: not of a compressed copy.</summary>
    public long? Size => !IsStandardInput && Path.EndsWith(".log", StringComparison.Ordinal) && new FileInfo(Path) is { Exists: true } file ? file.Length : null;

    /// <summary>The input that a log is which came into being while its database was read.</summary>
    public static WalInput Of(WalFile file) => file.Path is null
        ? new WalInput(file.Name, file.Name, file.Name, file.LogNumber)
        : new WalInput(file.Name, file.Path, DatabaseFolder.DatabaseOf(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path))!), file.LogNumber);

    /// <summary>The log as one of a set.</summary>
    public WalFile ToWalFile(ToolConsole console) =>
        IsStandardInput ? new WalFile(Name, LogNumber, options => WalReader.Create(console.Input, options, leaveOpen: true))
        : Listed is { } listed && listed.LogNumber == LogNumber ? listed
        : new WalFile(Path, Name, LogNumber);
}
