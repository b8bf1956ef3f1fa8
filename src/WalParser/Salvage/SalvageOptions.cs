using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>What a <see cref="LogSalvage"/> may be told.</summary>
public sealed record SalvageOptions
{
    /// <summary>What is salvaged.</summary>
    public SalvageView View { get; init; }

    /// <summary>The mode of <see cref="SalvageView.Recovery"/>; by default the database's own. It means nothing in the other view.</summary>
    public WalRecoveryMode? Mode { get; init; }

    /// <summary>
    /// Whether the records of earlier lives of recycled logs are salvaged too, as far as they were not overwritten, into logs of their own. Not in the recovery view.
    /// </summary>
    public bool IncludesStale { get; init; }

    /// <inheritdoc cref="WalReaderOptions.Dictionaries"/>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <inheritdoc cref="WalReaderOptions.MaxRecordSize"/>
    public int MaxRecordSize { get; init; } = WalReaderOptions.DefaultMaxRecordSize;
}
