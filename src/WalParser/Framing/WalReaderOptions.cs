using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>What a <see cref="WalReader"/> may be told. The defaults are RocksDB's.</summary>
public sealed record WalReaderOptions
{
    /// <summary>The default of <see cref="MaxRecordSize"/>: 1 GiB.</summary>
    public const int DefaultMaxRecordSize = 1 << 30;

    /// <summary>
    /// The log's own number, by which a recycled log tells its records from those of its earlier life. When absent, it
    /// is taken from the file name (<c>000010.log</c>), and where there is none, from the first recyclable fragment.
    /// </summary>
    public ulong? LogNumber { get; init; }

    /// <summary>What is reported, and where a log ends.</summary>
    public WalRecoveryMode RecoveryMode { get; init; } = WalRecoveryMode.PointInTimeRecovery;

    /// <summary>
    /// The largest record, in bytes, that is put together from fragments. A longer one is reported
    /// (<see cref="FindingKind.RecordTooLarge"/>) and passed over. It bounds the reader's memory.
    /// </summary>
    public int MaxRecordSize { get; init; } = DefaultMaxRecordSize;

    /// <summary>The name that <see cref="Finding.File"/> carries; a reader opened by path uses the path.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// Whether an input that begins like a file of zstd, lz4, gzip or Snappy's framing, and not with a fragment whose checksum
    /// holds, is decompressed on the way. <see cref="WalReader.Open"/> does so in any case.
    /// </summary>
    public bool DecompressCopies { get; init; }

    /// <summary>The dictionaries that the Zstandard frames of a compressed log, or of a compressed copy, may name; RocksDB uses none in logs.</summary>
    public ZstdDictionaries Dictionaries { get; init; } = ZstdDictionaries.Empty;

    /// <summary>Strict reading: the first corruption is thrown as a <see cref="WalCorruptionException"/> instead of returned.</summary>
    public bool ThrowOnCorruption { get; init; }

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
