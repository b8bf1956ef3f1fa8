using WalParser.Framing;

namespace WalParser.Tool.Inputs;

/// <summary>What a command line says about its inputs besides their paths.</summary>
internal sealed record InputSettings
{
    /// <summary>The number of the WALs whose names contain none. A single WAL has this number whatever its name is.</summary>
    public ulong? LogNumber { get; init; }

    /// <summary>The maximum size of a record, in bytes.</summary>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <summary>The maximum size of the content of a compressed copy, in bytes; null for the default of the library.</summary>
    public long? MaxCopySize { get; init; }

    /// <summary>The folder that contains the WALs of the DB folder; null if the DB folder itself says it.</summary>
    public string? WalFolder { get; init; }

    /// <summary>Whether the command reads another database besides, so that files are named by their paths.</summary>
    public bool IsOneOfSeveral { get; init; }
}
