using WalParser.Files;
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

    /// <summary>A reader of the log.</summary>
    public WalReader OpenReader(ToolConsole console, WalRecoveryMode mode)
    {
        WalReaderOptions options = OptionsFor(mode);
        return IsStandardInput ? WalReader.Create(console.Input, options, leaveOpen: true) : WalReader.Open(PathNow(), options);
    }

    /// <summary>The log as one of a set.</summary>
    public WalFile ToWalFile(ToolConsole console) => IsStandardInput
        ? new WalFile(Name, LogNumber, options => WalReader.Create(console.Input, options, leaveOpen: true))
        : new WalFile(Path, Name, LogNumber);

    private WalReaderOptions OptionsFor(WalRecoveryMode mode) => new()
    {
        FileName = Name,
        LogNumber = LogNumber,
        RecoveryMode = mode,
        MaxRecordSize = MaxRecordSize,
        DecompressCopies = true,
    };

    /// <summary>A server that is running may have moved the log to its archive since the folder was listed.</summary>
    private string PathNow()
    {
        if (!File.Exists(Path))
        {
            string archived = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, WalFolder.ArchiveName, System.IO.Path.GetFileName(Path));
            if (File.Exists(archived))
            {
                return archived;
            }
        }

        return Path;
    }
}
