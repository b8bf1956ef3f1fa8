using System.Globalization;

namespace WalParser.Framing;

/// <summary>Damage to a log's framing: where, how much, why. A value; it stays valid.</summary>
public readonly record struct WalCorruption
{
    /// <summary>The file it is in, as far as the reader was told.</summary>
    public string? File { get; init; }

    /// <summary>Offset in the file, in bytes, of the fragment at fault; or of the record, where what was collected of it is lost.</summary>
    public long Offset { get; init; }

    /// <summary>
    /// How many bytes RocksDB counts as dropped: the rest of the block, the payload of the fragment, or what was collected
    /// of the record, by kind. Of the rest of a block in a log that is followed while it is written: what was there by then.
    /// </summary>
    public long Bytes { get; init; }

    /// <summary>What kind of damage it is.</summary>
    public WalCorruptionKind Kind { get; init; }

    /// <summary>
    /// True where the bytes may just as well be left over from a recycled log's earlier life: the log is recycled, and
    /// the fragment at fault does not carry the log's number. RocksDB reports the first such place as damage; it is the
    /// ordinary end of a recycled log if no record follows.
    /// </summary>
    public bool LooksStale { get; init; }

    /// <summary>
    /// True for what RocksDB's own reader does not report: it loops forever, says nothing, or has no such limit. All else is
    /// reported exactly as RocksDB does in the same recovery mode.
    /// </summary>
    public bool IsBeyondRocksDb => Kind is WalCorruptionKind.UnexpectedRecyclableRecord
        or WalCorruptionKind.DecompressionFailed
        or WalCorruptionKind.RecordTooLarge
        or WalCorruptionKind.TooManyTimestampSizes
        or WalCorruptionKind.DamagedCopy;

    /// <summary>The reason, in RocksDB's words where it has any.</summary>
    public string Reason => Kind switch
    {
        WalCorruptionKind.TruncatedHeader => "truncated header",
        WalCorruptionKind.TruncatedBody => "truncated record body",
        WalCorruptionKind.EndOfFileInRecord => "error reading trailing data due to encountering EOF",
        WalCorruptionKind.OldRecordInRecord => "error reading trailing data due to encountering old record",
        WalCorruptionKind.BadRecordLength => "bad record length",
        WalCorruptionKind.ChecksumMismatch => "checksum mismatch",
        WalCorruptionKind.ErrorInMiddleOfRecord => "error in middle of record",
        WalCorruptionKind.MissingStartAtMiddle => "missing start of fragmented record(1)",
        WalCorruptionKind.MissingStartAtLast => "missing start of fragmented record(2)",
        WalCorruptionKind.PartialRecordBeforeFull => "partial record without end(1)",
        WalCorruptionKind.PartialRecordBeforeFirst => "partial record without end(2)",
        WalCorruptionKind.UnknownRecordType => string.Create(CultureInfo.InvariantCulture, $"unknown record type {Type}"),
        WalCorruptionKind.UnexpectedRecyclableRecord => "recyclable record in a log that is not recycled",
        WalCorruptionKind.RepeatedCompressionType => "read multiple SetCompressionType records",
        WalCorruptionKind.LateCompressionType => "SetCompressionType not the first record",
        WalCorruptionKind.UndecodableCompressionType => "could not decode SetCompressionType record",
        WalCorruptionKind.UndecodablePredecessorWalInfo => "could not decode PredecessorWALInfoType record",
        WalCorruptionKind.TimestampSizeInRecord => "user-defined timestamp size record interspersed partial record",
        WalCorruptionKind.UndecodableTimestampSize => "could not decode user-defined timestamp size record",
        WalCorruptionKind.ZeroTimestampSize => "User-defined timestamp size record contains zero timestamp size.",
        WalCorruptionKind.RepeatedTimestampSize => "User-defined timestamp size record contains update to recorded column family.",
        WalCorruptionKind.TooManyTimestampSizes => "too many timestamp sizes",
        WalCorruptionKind.RecordTooLarge => "record too large",
        WalCorruptionKind.DecompressionFailed => "decompression failed",
        WalCorruptionKind.DamagedCopy => $"damaged copy: {Detail}",
        _ => Kind.ToString(),
    };

    /// <summary>
    /// Details that RocksDB's words do not contain; null if there are none: the compression type, if a log declares one that RocksDB does not
    /// define for logs; the reason of the decompressor, if a fragment cannot be decompressed.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>The type byte of the fragment at fault, where the kind is <see cref="WalCorruptionKind.UnknownRecordType"/>.</summary>
    internal byte Type { get; init; }

    /// <summary>What the decompressor said, where the kind is <see cref="WalCorruptionKind.DamagedCopy"/>.</summary>
    internal string? Detail { get; init; }

    /// <summary>One line: file, offset, bytes, reason.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File ?? "log"}, offset {Offset}: {Reason}{(Note is null ? "" : ", " + Note)} ({Bytes} bytes dropped)");
}
