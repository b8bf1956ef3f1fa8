using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>The options of a <see cref="WalReader"/>. The defaults are those of RocksDB.</summary>
public sealed record WalReaderOptions
{
    /// <summary>The default of <see cref="MaxRecordSize"/>: 1 GiB.</summary>
    public const int DefaultMaxRecordSize = 1 << 30;

    /// <summary>
    /// The number of the log, which distinguishes the records of a recycled log from those of earlier logs in the same file. If null, the
    /// number in the file name (<c>000010.log</c>) is used, and without that, the number in the first recyclable fragment.
    /// </summary>
    public ulong? LogNumber { get; init; }

    /// <summary>The recovery mode, which determines the damage that is reported and where the log ends.</summary>
    public WalRecoveryMode RecoveryMode { get; init; } = WalRecoveryMode.PointInTimeRecovery;

    /// <summary>
    /// The size of the largest record that is assembled from fragments, in bytes. A larger record is reported
    /// (<see cref="FindingKind.RecordTooLarge"/>) and skipped. The size bounds the memory of the reader.
    /// </summary>
    public int MaxRecordSize { get; init; } = DefaultMaxRecordSize;

    /// <summary>The name for <see cref="Finding.File"/>. If null, a reader that is opened by path uses the path.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// Whether the reader decompresses an input that begins like a file of zstd, lz4, gzip or the Snappy framing format, and not with an
    /// intact fragment. <see cref="WalReader.Open"/> always does so.
    /// </summary>
    public bool DecompressCopies { get; init; }

    /// <summary>The dictionaries for the Zstandard frames of a compressed log or of a compressed copy. RocksDB uses none in logs.</summary>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <summary>Whether the first corruption is thrown as a <see cref="WalCorruptionException"/> instead of returned as an entry.</summary>
    public bool ThrowOnCorruption { get; init; }

    /// <summary>Makes the reader read as RocksDB does, for the recovery view; null to read everything that can be read.</summary>
    internal ReaderEmulation? Emulation { get; init; }

    /// <summary>Throws an exception if an option is invalid.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecordSize, 1, nameof(MaxRecordSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRecordSize, Array.MaxLength, nameof(MaxRecordSize));
        ArgumentNullException.ThrowIfNull(Dictionaries, nameof(Dictionaries));
        if (!Enum.IsDefined(RecoveryMode))
        {
            throw new ArgumentOutOfRangeException(nameof(RecoveryMode), RecoveryMode, "Not a recovery mode.");
        }
    }
}
