using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>The options of a <see cref="LogSalvage"/>. Immutable, so any number of threads can use them.</summary>
public sealed record SalvageOptions
{
    /// <summary>The records that are salvaged. The default is <see cref="SalvageView.Everything"/>.</summary>
    public SalvageView View { get; init; }

    /// <summary>
    /// The recovery mode for <see cref="SalvageView.Recovery"/>; null, the default, for the database's own. Ignored in the other view.
    /// </summary>
    public WalRecoveryMode? Mode { get; init; }

    /// <summary>
    /// Whether the records of earlier uses of recycled logs that were not overwritten are also salvaged, into separate logs. Ignored in the
    /// recovery view. The default is false.
    /// </summary>
    public bool IncludesStale { get; init; }

    /// <inheritdoc cref="WalReaderOptions.Dictionaries"/>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <inheritdoc cref="WalReaderOptions.MaxRecordSize"/>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;

    /// <inheritdoc cref="WalReaderOptions.MaxCopySize"/>
    public long? MaxCopySize { get; init; }

    /// <summary>
    /// Whether nothing is written: the report says what would be. The paths of <see cref="StaleLog"/> are then those of logs that do not
    /// exist, and relative to the output folder if it is null. The default is false.
    /// </summary>
    public bool IsDryRun { get; init; }
}
