using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>How the WALs of a set are read.</summary>
public sealed record WalSetOptions
{
    /// <inheritdoc cref="WalReaderOptions.MaxRecordSize"/>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <inheritdoc cref="WalReaderOptions.Dictionaries"/>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <summary>
    /// What is reported of a single WAL's end, and whether reading goes on behind old records of a recycled log
    /// (<see cref="WalRecoveryMode.SkipAnyCorruptedRecords"/> alone does). The recovery view has a mode of its own.
    /// </summary>
    public WalRecoveryMode Mode { get; init; } = WalRecoveryMode.PointInTimeRecovery;
}
