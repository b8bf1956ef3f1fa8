namespace WalParser.Findings;

/// <summary>The kinds of <see cref="Finding"/>, by the layer that reports them.</summary>
public enum FindingKind
{
    // Framing: damage to the fragments and records of a log. The summaries quote RocksDB's messages (db/log_reader.cc).

    /// <summary>"truncated header": the file ends with fewer bytes than a fragment's header has.</summary>
    TruncatedHeader,

    /// <summary>"truncated record body": the file ends before the fragment does.</summary>
    TruncatedBody,

    /// <summary>"error reading trailing data due to encountering EOF": the file ends before the record does.</summary>
    EndOfFileInRecord,

    /// <summary>
    /// "error reading trailing data due to encountering old record": a recycled log's live part ends before the record does.
    /// </summary>
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

    /// <summary>"partial record without end(1)": a complete record comes before the last fragment of the record that was begun.</summary>
    PartialRecordBeforeFull,

    /// <summary>
    /// "partial record without end(2)": another first fragment comes before the last fragment of the record that was begun.
    /// </summary>
    PartialRecordBeforeFirst,

    /// <summary>"unknown record type N".</summary>
    UnknownRecordType,

    /// <summary>
    /// "recyclable record in a log that is not recycled". RocksDB's own reader does not report it: it loops forever here,
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

    /// <summary>"record too large": the record is longer than <c>WalReaderOptions.MaxRecordSize</c>.</summary>
    RecordTooLarge,

    /// <summary>
    /// "decompression failed": a fragment of a compressed log has a valid checksum but is not part of a Zstandard frame. RocksDB
    /// drops the rest of the block without a report.
    /// </summary>
    DecompressionFailed,

    /// <summary>"damaged copy": the input is a compressed copy, and cannot be decompressed to its end. What came before was read.</summary>
    DamagedCopy,

    // Batches: damage to a write batch (db/write_batch.cc).

    /// <summary>"log record too small": shorter than a batch's header of 12 bytes.</summary>
    BatchTooSmall,

    /// <summary>"unknown WriteBatch tag: N".</summary>
    UnknownBatchTag,

    /// <summary>"bad WriteBatch Put" and its like: an operation whose fields cannot be decoded within the batch.</summary>
    BadBatchOperation,

    /// <summary>"WriteBatch has wrong count": not as many operations as the header says.</summary>
    WrongBatchCount,

    /// <summary>"sequence N is too large": the sequence number in a batch's header is greater than RocksDB's maximum, 2⁵⁶ - 1.</summary>
    SequenceTooLarge,

    // Transactions: marks of transactions that no RocksDB writes.

    /// <summary>A transaction was prepared under the name of one that already was; see <c>TransactionOutcome.Lost</c>.</summary>
    TransactionPreparedTwice,

    /// <summary>A section begins inside another, or a mark stands inside a section. The section is left out.</summary>
    SectionInterrupted,

    /// <summary>A section ends that did not begin.</summary>
    SectionNotBegun,

    /// <summary>A section does not end in its batch. It is left out.</summary>
    SectionNotEnded,

    /// <summary>A section does not fit <c>TransactionAssemblerOptions.MaxPreparedBytes</c>. Its operations are left out.</summary>
    TransactionTooLarge,

    /// <summary>A batch ends more transactions, or has more findings, than are listed; some are left out of the lists.</summary>
    TooManyTransactions,

    /// <summary>
    /// A commit timestamp is not as long as those of a column family in the transaction, whose keys stay as they were prepared. RocksDB
    /// refuses to recover such a log.
    /// </summary>
    CommitTimestampSize,

    // Manifests: an edit of a MANIFEST that cannot be decoded (db/version_edit.cc).

    /// <summary>"unknown tag": a field that is not known and must not be ignored.</summary>
    UnknownEditTag,

    /// <summary>"invalid tag": bytes at the end of the record that are no tag.</summary>
    InvalidEditTag,

    /// <summary>A field whose body does not fit in the record, or is not as its tag demands.</summary>
    BadEditField,

    // Manifests: an edit of a MANIFEST that RocksDB refuses (db/version_edit_handler.cc, db/version_builder.cc).

    /// <summary>Damage to the framing: edits are missing.</summary>
    ManifestFraming,

    /// <summary>An edit that cannot be read to its end.</summary>
    UndecodableEdit,

    /// <summary>An edit that does not belong to the atomic group before it, or an atomic group that is cut short by one.</summary>
    BrokenAtomicGroup,

    /// <summary>An edit about a column family that was never added, or was dropped.</summary>
    UnknownColumnFamily,

    /// <summary>A column family that is added under an id that was used before.</summary>
    ColumnFamilyAddedTwice,

    /// <summary>An edit that drops the column family 0, <c>default</c>, which always exists.</summary>
    DefaultColumnFamilyDropped,

    /// <summary>A comparator other than the one that the column family was created with.</summary>
    ComparatorChanged,

    /// <summary>A table file that is added although it exists.</summary>
    TableFileAddedTwice,

    /// <summary>A table file that is deleted from a level that does not contain it.</summary>
    UnknownTableFile,

    /// <summary>A blob file that is added although it exists.</summary>
    BlobFileAddedTwice,

    /// <summary>Garbage in a blob file that does not exist.</summary>
    UnknownBlobFile,

    /// <summary>A WAL that is added although it is tracked already.</summary>
    WalAddedTwice,

    /// <summary>The MANIFEST lacks the log number, the next file number or the last sequence number.</summary>
    IncompleteManifest,

    // Databases, WAL sets and recovery: the files of a database.

    /// <summary>There are MANIFESTs, but no <c>CURRENT</c> that names the live one. The one with the greatest number is used.</summary>
    MissingCurrent,

    /// <summary><c>CURRENT</c> does not contain the name of an existing MANIFEST. The one with the greatest number is used.</summary>
    DanglingCurrent,

    /// <summary>There are MANIFESTs besides the live one: a crash, or copying while the server ran, left them over.</summary>
    SeveralManifests,

    /// <summary>The MANIFEST is damaged or contradictory. Its other contents are used.</summary>
    DamagedManifest,

    /// <summary>The MANIFEST ends within an edit, as after a crash. RocksDB ignores that.</summary>
    TornManifest,

    /// <summary>A file or folder could not be read.</summary>
    Unreadable,

    /// <summary>
    /// A WAL is in the folder and in its archive. The longer one is read, or the archived one if the lengths are equal; in the recovery
    /// view the one in the folder, as RocksDB does.
    /// </summary>
    WalInTwoPlaces,

    /// <summary>
    /// Two files of one folder have the number of the same WAL, such as <c>4.log</c> and <c>000004.log</c>. The one with the name that
    /// RocksDB gives is read.
    /// </summary>
    WalUnderTwoNames,

    /// <summary>Something has the name of a WAL but is not a regular file: it is, for example, a named pipe. It is skipped.</summary>
    NoRegularFile,

    /// <summary>A WAL is missing that the MANIFEST tracks, or that the WAL after it names as its predecessor.</summary>
    MissingWal,

    /// <summary>
    /// According to the MANIFEST, the last writes are in a WAL with a certain number or a greater one, and there is none.
    /// </summary>
    MissingNewestWal,

    /// <summary>A WAL is shorter than its synced size in the MANIFEST.</summary>
    WalShorterThanSynced,

    /// <summary>
    /// A WAL differs from the description of the predecessor in the WAL after it: in number, size or last sequence number.
    /// </summary>
    PredecessorMismatch,

    /// <summary>A WAL was skipped in the recovery view: according to the MANIFEST, all its data is in table files.</summary>
    ObsoleteWal,

    /// <summary>Recovery stops here. The rest is not replayed, unless a later WAL continues exactly where recovery stopped.</summary>
    RecoveryStopped,

    /// <summary>A WAL is not replayed: it does not continue where recovery stopped, or is in the archive.</summary>
    WalNotReplayed,

    /// <summary>Recovery continues in a WAL that continues exactly where recovery stopped.</summary>
    RecoveryResumed,

    /// <summary>RocksDB would refuse to open the database, in the recovery mode asked for.</summary>
    OpenRefused,

    /// <summary>A WAL that is being followed became shorter than the part that was read. It is not followed further.</summary>
    TruncatedWal,

    /// <summary>A WAL that is being followed was replaced by another of the same name. It is not followed further.</summary>
    ReplacedWal,

    // WAL sets: the sequence numbers of batches.

    /// <summary>Numbers are missing: as many as <c>SequenceFinding.Missing</c>, up to <c>SequenceFinding.Found</c> - 1.</summary>
    SequenceGap,

    /// <summary>
    /// Numbers are missing between two records of one log that follow each other without a byte between them: no record with these numbers
    /// was ever in the log. They were written with the WAL disabled, or used by a second write queue or by an ingested table file; or a
    /// salvage wrote the log, and lacked them.
    /// </summary>
    UnloggedSequences,

    /// <summary>Numbers are missing that ingested table files have, according to the MANIFEST.</summary>
    IngestedSequences,

    /// <summary>Numbers are missing that were in logs that are no longer needed, according to the MANIFEST.</summary>
    ObsoleteSequences,

    /// <summary>
    /// Numbers are missing between two logs of which the second follows the first directly, and the first ends with a whole record: they
    /// were reserved, for example by the recovery from a write error, or written with the WAL disabled.
    /// </summary>
    ReservedSequences,

    /// <summary>
    /// According to the MANIFEST, the database used sequence numbers greater than the last one in the logs, in logs that are needed.
    /// </summary>
    LastSequenceMissing,

    /// <summary>The first batch of the logs has a sequence number greater than 1: what was written before is not in these logs.</summary>
    LogsBeginLater,

    /// <summary>The logs do not contain the sequence number at which reading was asked to begin.</summary>
    StartMissing,

    /// <summary>The sequence number at which reading was asked to begin lies inside a batch.</summary>
    StartInsideBatch,

    /// <summary>The batch begins with numbers that occurred before, and ends with new ones.</summary>
    SequenceOverlap,

    /// <summary>All numbers of the batch occurred before.</summary>
    SequenceDuplicate,

    /// <summary>
    /// After an overlap or a duplicate, the numbers increase by more than one, but not past the highest number so far: none is missing.
    /// </summary>
    SequenceReturn,

    // Salvage: parts of a damaged log that were not salvaged.

    /// <summary>The rest of a record in several fragments is missing.</summary>
    MissingRestOfRecord,

    /// <summary>A fragment of a control record lies inside a damaged fragment.</summary>
    ControlRecordInDamage,

    /// <summary>A record that sets the compression type lies after damage.</summary>
    CompressionTypeAfterDamage,

    /// <summary>
    /// A record that was found after damage has a sequence number that does not fit there. It may belong to a log inside a value.
    /// </summary>
    UnfitSequence,

    /// <summary>
    /// Zeros in the place of a fragment. RocksDB skips the rest of the block without a report (db/log_reader.cc, <c>kZeroType</c>).
    /// </summary>
    ZerosInPlaceOfFragment,

    /// <summary>Bytes of a log that RocksDB does not replay on recovery.</summary>
    UnreplayedBytes,

    /// <summary>A fragment that is left over from an earlier use of a recycled log, or belongs to a later log.</summary>
    StaleRecord,

    /// <summary>A record with the same bytes as one before it. It is not salvaged again.</summary>
    RepeatedRecord,

    /// <summary>
    /// A record whose sequence numbers are lower than those of a record before it, which RocksDB refuses. It is not salvaged in its place.
    /// </summary>
    SetBackRecord,

    /// <summary>A record that RocksDB does not take, though its bytes are not damaged. It is not salvaged in its place.</summary>
    RefusedRecord,

    // Inspection: findings of a whole log.

    /// <summary>A fragment whose log number alone is damaged: its checksum matches with the number of this log.</summary>
    DamagedLogNumber,

    /// <summary>A fragment of an earlier log among records of this log.</summary>
    OldRecordAmongLiveRecords,

    /// <summary>A fragment of a log with a greater number than this log. It cannot be left over from an earlier use of the file.</summary>
    RecordOfLaterLog,

    /// <summary>
    /// All records of the log belong to another log, and nothing shows that the file was recycled: it was renamed or copied.
    /// </summary>
    ForeignLog,

    /// <summary>
    /// All records of the log belong to a log with a smaller number that is no longer needed: the file was recycled, and nothing was
    /// written to it yet. A file that was renamed looks the same.
    /// </summary>
    UnusedRecycledLog,

    /// <summary>The end of a recycled log, with what is left over from its earlier use.</summary>
    StaleTail,

    /// <summary>Zeros at the end of the log, after its last record: preallocated space, or what a crash left.</summary>
    ZerosAtEnd,

    /// <summary>The log contains nothing but zeros.</summary>
    OnlyZeros,

    // Inputs: what lies beside the logs, and the form in which they are given.

    /// <summary>WALs of the database lie, or may lie, in another folder than the one whose WALs were listed before.</summary>
    WalsElsewhere,

    /// <summary>The folder has no WAL, and the folder that its OPTIONS file names (<c>wal_dir</c>) is not found.</summary>
    WalFolderMissing,

    /// <summary>RocksDB's repair has moved WALs to the subfolder <c>lost</c>. They are not read together with the others.</summary>
    LostWals,

    /// <summary>Something that was given together with WALs is no WAL. It is passed over.</summary>
    NoWal,

    /// <summary>The WALs are recovered without a MANIFEST, so it is unknown which of their data is in table files.</summary>
    NoManifest,

    /// <summary>
    /// The input is a compressed copy that becomes larger than <c>WalReaderOptions.MaxCopySize</c> when it is decompressed. The rest is not
    /// read.
    /// </summary>
    CopyTooLarge,

    /// <summary>
    /// The whole file was converted as if it were text, which changes its bytes: line feeds became CR LF, or bytes that are not UTF-8 were
    /// replaced.
    /// </summary>
    ConvertedAsText,

    // WAL sets: the timestamps at the end of keys.

    /// <summary>
    /// A WAL declares no timestamp size for a column family whose comparator has timestamps, as RocksDB before 8.4 wrote it. The keys are
    /// split by the comparator. Reported once a WAL, with the first such column family.
    /// </summary>
    TimestampsNotDeclared,

    /// <summary>
    /// A WAL declares timestamps of another size than those of the column family's comparator. The keys are split by the declaration.
    /// Reported once a WAL, with the first such column family.
    /// </summary>
    TimestampSizeMismatch,

    /// <summary>
    /// "end key comes before start key": a range deletion that, by the comparator in the MANIFEST, ends before it begins.
    /// </summary>
    ReversedRange,

    // Recovery: what RocksDB does when it opens the database.

    /// <summary>RocksDB would loop forever when it opens the database, in the recovery mode asked for.</summary>
    OpenLoops,

    /// <summary>RocksDB would end the process when it opens the database, in the recovery mode asked for.</summary>
    OpenCrashes,

    /// <summary>
    /// Recovery does not replay the rest of a batch: the operation at the offset cannot be inserted. What RocksDB does then depends on the
    /// recovery mode.
    /// </summary>
    FailedInsert,

    /// <summary>
    /// A fragment of a type that is to be ignored has the number of a code with which RocksDB's reader reports its own results, such as the
    /// end of the file. Its content is skipped.
    /// </summary>
    CollidingRecordType,

    /// <summary>
    /// The next sequence number after recovery is the greatest one, which RocksDB takes for none: the last sequence number stays, and what
    /// was replayed is not visible.
    /// </summary>
    InvisibleReplay,

    // What readers pass over, and what depends on the options with which the database is opened.

    /// <summary>
    /// A fragment of a type that is not known, and that readers are to ignore (bit 7 is set; <c>kRecordTypeSafeIgnoreMask</c> in
    /// <c>db/log_format.h</c>). Its content is skipped.
    /// </summary>
    IgnoredRecordType,

    /// <summary>
    /// A control record, which declares a compression or a predecessor, lies inside a record. RocksDB drops what was collected of the
    /// record and reports nothing (<c>Reader::ReadRecord</c> in <c>db/log_reader.cc</c>).
    /// </summary>
    InterruptedRecord,

    /// <summary>
    /// The section of a prepared transaction in a log that RocksDB reads when it opens the database, whose OPTIONS do not allow two-phase
    /// commits (<c>allow_2pc=false</c>). Reported once a log.
    /// </summary>
    PreparedSectionRefused,

    /// <summary>The batch has numbers that were missing before greater ones: the records are not in their order.</summary>
    SequenceOutOfOrder,

    /// <summary>
    /// According to the MANIFEST, WALs from a certain number up to another have data that is in no table file, and none of them is there.
    /// </summary>
    MissingNeededWal,

    // What was asked of the set.

    /// <summary>
    /// The sequence number of which the state is wanted lies inside a batch: no reader of the database ever sees a state within a batch.
    /// </summary>
    StateInsideBatch,

    /// <summary>The logs end before the sequence number up to which they were asked for.</summary>
    EndMissing,

    // Operations that can be read and that RocksDB does not take.

    /// <summary>A wide-column entity that cannot be decoded, so that recovery cannot write it to a table file.</summary>
    MalformedEntity,

    /// <summary>A blob index that cannot be decoded, so that recovery cannot write it to a table file.</summary>
    MalformedBlobIndex,

    /// <summary>"ProtectionInfo mismatch": a batch takes sequence numbers beyond the greatest one, 2⁵⁶ - 1.</summary>
    SequencesBeyondMaximum,

    /// <summary>
    /// "Merge requires `ColumnFamilyOptions::merge_operator != nullptr`": a merge in a log that RocksDB reads when it opens the database,
    /// whose OPTIONS name no merge operator for the column family. Reported once a log.
    /// </summary>
    MergeRefused,
}
