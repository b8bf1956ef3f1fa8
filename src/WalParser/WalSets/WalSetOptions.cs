using WalParser.Compression;
using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.WalSets;

/// <summary>The options for reading the WALs of a set.</summary>
public sealed record WalSetOptions
{
    /// <inheritdoc cref="WalReaderOptions.MaxRecordSize"/>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <inheritdoc cref="WalReaderOptions.MaxCopySize"/>
    public long? MaxCopySize { get; init; }

    /// <inheritdoc cref="WalReaderOptions.Dictionaries"/>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <summary>
    /// The state of the database's MANIFEST, whose comparators tell where keys end in timestamps that a log does not declare; by default
    /// that of the set's folder. Nothing else is taken from it.
    /// </summary>
    public ManifestState? Manifest { get; init; }

    /// <summary>
    /// The mode that determines which findings at the end of a single WAL are reported, and whether reading continues after old records of
    /// a recycled log (only with <see cref="WalRecoveryMode.SkipAnyCorruptedRecords"/>). The recovery view has a mode of its own.
    /// </summary>
    public WalRecoveryMode Mode { get; init; } = WalRecoveryMode.PointInTimeRecovery;
}
