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
    /// (<see cref="FindingKind.RecordTooLarge"/>) and skipped. The size bounds the memory of the reader: a record of several fragments
    /// takes twice its size while it is assembled. The greatest value is <see cref="Array.MaxLength"/>, 2,147,483,591 bytes, because a
    /// record is one array. RocksDB has no limit on the size of a batch; a batch above this size cannot be read in .NET.
    /// </summary>
    public int MaxRecordSize { get; init; } = DefaultMaxRecordSize;

    /// <summary>
    /// The largest size, in bytes, to which an input that is a compressed copy is decompressed; null for 4 GiB, or 256 times the size of
    /// the copy if that is more. (The zeros of a preallocated log compress to almost nothing, its records hardly ever so well.) The rest of
    /// a larger copy is not read, which is reported (<see cref="FindingKind.CopyTooLarge"/>). The size bounds the time that a hostile copy
    /// can take.
    /// </summary>
    public long? MaxCopySize { get; init; }

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
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCopySize ?? 1, 1, nameof(MaxCopySize));
        ArgumentNullException.ThrowIfNull(Dictionaries, nameof(Dictionaries));
        if (!Enum.IsDefined(RecoveryMode))
        {
            throw new ArgumentOutOfRangeException(nameof(RecoveryMode), RecoveryMode, "Not a recovery mode.");
        }
    }
}
