namespace WalParser.Findings;

/// <summary>
/// The properties of each kind of finding. RocksDB's messages stand here and nowhere else (db/log_reader.cc, db/write_batch.cc,
/// db/version_edit.cc).
/// </summary>
internal static class FindingTable
{
    /// <summary>Returns what a finding of the kind means for the data.</summary>
    public static FindingSeverity SeverityOf(FindingKind kind) => kind switch
    {
        FindingKind.SeveralManifests or FindingKind.TornManifest or FindingKind.WalInTwoPlaces or FindingKind.WalUnderTwoNames
            or FindingKind.NoRegularFile or FindingKind.ObsoleteWal or FindingKind.RecoveryResumed
            or FindingKind.SequenceReturn or FindingKind.UnfitSequence => FindingSeverity.Note,
        FindingKind.OpenRefused => FindingSeverity.Refusal,
        FindingKind.MissingCurrent or FindingKind.MissingWal or FindingKind.MissingNewestWal or FindingKind.WalShorterThanSynced
            or FindingKind.PredecessorMismatch or FindingKind.RecoveryStopped or FindingKind.WalNotReplayed or FindingKind.TruncatedWal
            or FindingKind.ReplacedWal or FindingKind.SequenceGap or FindingKind.UnreplayedBytes => FindingSeverity.Loss,
        _ => FindingSeverity.Damage,
    };

    /// <summary>Returns whether RocksDB's own reader does not report findings of the kind.</summary>
    public static bool IsBeyondRocksDb(FindingKind kind) => kind
        is FindingKind.UnexpectedRecyclableRecord
        or FindingKind.DecompressionFailed
        or FindingKind.RecordTooLarge
        or FindingKind.TooManyTimestampSizes
        or FindingKind.DamagedCopy;

    /// <summary>Returns whether findings of the kind are about a file as a whole, not about a place in it.</summary>
    public static bool IsAboutFile(FindingKind kind) => kind is >= FindingKind.MissingCurrent and <= FindingKind.ReplacedWal;

    /// <summary>
    /// Returns the reason that all findings of the kind have, in RocksDB's words where it has some; the kind's name if they differ.
    /// </summary>
    public static string ReasonOf(FindingKind kind) => kind switch
    {
        FindingKind.TruncatedHeader => "truncated header",
        FindingKind.TruncatedBody => "truncated record body",
        FindingKind.EndOfFileInRecord => "error reading trailing data due to encountering EOF",
        FindingKind.OldRecordInRecord => "error reading trailing data due to encountering old record",
        FindingKind.BadRecordLength => "bad record length",
        FindingKind.ChecksumMismatch => "checksum mismatch",
        FindingKind.ErrorInMiddleOfRecord => "error in middle of record",
        FindingKind.MissingStartAtMiddle => "missing start of fragmented record(1)",
        FindingKind.MissingStartAtLast => "missing start of fragmented record(2)",
        FindingKind.PartialRecordBeforeFull => "partial record without end(1)",
        FindingKind.PartialRecordBeforeFirst => "partial record without end(2)",
        FindingKind.UnknownRecordType => "unknown record type",
        FindingKind.UnexpectedRecyclableRecord => "recyclable record in a log that is not recycled",
        FindingKind.RepeatedCompressionType => "read multiple SetCompressionType records",
        FindingKind.LateCompressionType => "SetCompressionType not the first record",
        FindingKind.UndecodableCompressionType => "could not decode SetCompressionType record",
        FindingKind.UndecodablePredecessorWalInfo => "could not decode PredecessorWALInfoType record",
        FindingKind.TimestampSizeInRecord => "user-defined timestamp size record interspersed partial record",
        FindingKind.UndecodableTimestampSize => "could not decode user-defined timestamp size record",
        FindingKind.ZeroTimestampSize => "User-defined timestamp size record contains zero timestamp size.",
        FindingKind.RepeatedTimestampSize => "User-defined timestamp size record contains update to recorded column family.",
        FindingKind.TooManyTimestampSizes => "too many timestamp sizes",
        FindingKind.RecordTooLarge => "record too large",
        FindingKind.DecompressionFailed => "decompression failed",
        FindingKind.DamagedCopy => "damaged copy",
        FindingKind.BatchTooSmall => "log record too small",
        FindingKind.WrongBatchCount => "WriteBatch has wrong count",
        FindingKind.TransactionPreparedTwice => "a transaction is prepared under the name of one that already is",
        FindingKind.SectionInterrupted => "a mark inside a transaction's section",
        FindingKind.SectionNotBegun => "a transaction's section ends that did not begin",
        FindingKind.SectionNotEnded => "a transaction's section does not end",
        FindingKind.TooManyTransactions => "more marks of transactions in a batch than are listed",
        FindingKind.CommitTimestampSize => "a commit timestamp is not as long as those of the transaction's keys",
        FindingKind.MissingRestOfRecord => "the rest of the record is missing",
        FindingKind.ControlRecordInDamage => "a control record inside a damaged fragment",
        FindingKind.CompressionTypeAfterDamage => "a compression type after damage",
        FindingKind.UnfitSequence =>
            "found after damage, but its sequence number does not fit there; it may belong to a log inside a value",
        FindingKind.ZerosInPlaceOfFragment => "zeros in the place of a fragment",
        FindingKind.UnreplayedBytes => "not replayed",
        FindingKind.StaleRecord => "left over from an earlier use of the log",
        FindingKind.DamagedLogNumber => "log number damaged: the fragment belongs to this log",
        _ => kind.ToString(),
    };

    /// <summary>Returns the reason for a fragment of an unknown type.</summary>
    public static string UnknownRecordType(byte type) => $"unknown record type {type}";

    /// <summary>Returns the reason for a sequence number that no database has.</summary>
    public static string SequenceTooLarge(ulong sequence) => $"sequence {sequence} is too large";

    /// <summary>Returns the reason for a compressed copy that cannot be decompressed to its end.</summary>
    public static string DamagedCopy(string reason) => $"damaged copy: {reason}";
}
