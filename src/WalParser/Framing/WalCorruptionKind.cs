namespace WalParser.Framing;

/// <summary>The kinds of damage to a log's framing. Behind each stands the reason in RocksDB's words (<c>db/log_reader.cc</c>).</summary>
public enum WalCorruptionKind
{
    /// <summary>"truncated header": the file ends with fewer bytes than a fragment's header has.</summary>
    TruncatedHeader,

    /// <summary>"truncated record body": the file ends before the fragment does.</summary>
    TruncatedBody,

    /// <summary>"error reading trailing data due to encountering EOF": the file ends before the record does.</summary>
    EndOfFileInRecord,

    /// <summary>"error reading trailing data due to encountering old record": a recycled log's live part ends before the record does.</summary>
    OldRecordInRecord,

    /// <summary>"bad record length": a fragment claims to reach beyond its block.</summary>
    BadRecordLength,

    /// <summary>"checksum mismatch": a fragment's bytes are not those that were written.</summary>
    ChecksumMismatch,

    /// <summary>"error in middle of record": what was collected of a record is lost, because a later fragment was.</summary>
    ErrorInMiddleOfRecord,

    /// <summary>"missing start of fragmented record(1)": a middle fragment without a first.</summary>
    MissingStartAtMiddle,

    /// <summary>"missing start of fragmented record(2)": a last fragment without a first.</summary>
    MissingStartAtLast,

    /// <summary>"partial record without end(1)": a whole record comes before the last fragment of the one begun.</summary>
    PartialRecordBeforeFull,

    /// <summary>"partial record without end(2)": another first fragment comes before the last of the one begun.</summary>
    PartialRecordBeforeFirst,

    /// <summary>"unknown record type N".</summary>
    UnknownRecordType,

    /// <summary>
    /// "recyclable record in a log that is not recycled". RocksDB's own reader has no words for it: it loops forever here,
    /// because it returns to the same fragment without consuming it.
    /// </summary>
    UnexpectedRecyclableRecord,

    /// <summary>"read multiple SetCompressionType records".</summary>
    RepeatedCompressionType,

    /// <summary>"SetCompressionType not the first record".</summary>
    LateCompressionType,

    /// <summary>"could not decode SetCompressionType record": too short, or a type that RocksDB does not define for WALs.</summary>
    UndecodableCompressionType,

    /// <summary>"could not decode PredecessorWALInfoType record".</summary>
    UndecodablePredecessorWalInfo,

    /// <summary>"user-defined timestamp size record interspersed partial record".</summary>
    TimestampSizeInRecord,

    /// <summary>"could not decode user-defined timestamp size record".</summary>
    UndecodableTimestampSize,

    /// <summary>"User-defined timestamp size record contains zero timestamp size."</summary>
    ZeroTimestampSize,

    /// <summary>"User-defined timestamp size record contains update to recorded column family."</summary>
    RepeatedTimestampSize,

    /// <summary>"too many timestamp sizes": for more than 65,536 column families, which no database has.</summary>
    TooManyTimestampSizes,

    /// <summary>"record too large": the record is longer than <see cref="WalReaderOptions.MaxRecordSize"/>.</summary>
    RecordTooLarge,

    /// <summary>
    /// "decompression failed": a fragment of a compressed log whose checksum holds is no part of a Zstandard frame. RocksDB
    /// drops the rest of the block without a word.
    /// </summary>
    DecompressionFailed,

    /// <summary>"damaged copy": the input is a compressed copy, and cannot be decompressed to its end. What came before was read.</summary>
    DamagedCopy,
}
