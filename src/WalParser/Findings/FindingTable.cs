using System.Globalization;

namespace WalParser.Findings;

/// <summary>
/// The properties of each kind of finding: its meaning, its reason, what RocksDB does, and what to do next. A new kind is a member of
/// <see cref="FindingKind"/> and a row here. The reasons are RocksDB's messages where it has some (db/log_reader.cc, db/write_batch.cc);
/// those that depend on a tag are where the tag is decoded. Sources of the behavior: <c>log::Reader</c> (db/log_reader.cc),
/// <c>DBImpl::RecoverLogFiles</c> (db/db_impl/db_impl_open.cc), <c>WriteBatchInternal</c> (db/write_batch.cc), <c>VersionEditHandler</c>
/// (db/version_edit_handler.cc), <c>WalSet::CheckWals</c> (db/wal_edit.cc).
/// </summary>
internal static class FindingTable
{
    private const FindingSeverity Note = FindingSeverity.Note;
    private const FindingSeverity Refusal = FindingSeverity.Refusal;
    private const FindingSeverity Loss = FindingSeverity.Loss;
    private const FindingSeverity Damage = FindingSeverity.Damage;

    private const FindingTraits None = FindingTraits.None;
    private const FindingTraits BeyondRocksDb = FindingTraits.BeyondRocksDb;
    private const FindingTraits AboutFile = FindingTraits.AboutFile;
    private const FindingTraits AboutManifest = FindingTraits.AboutManifest;

    private const string DropsBytes =
        "drops the bytes; on recovery, absolute consistency and tolerated corrupted tails refuse to open the database, point-in-time "
        + "recovery stops here, and skipping of corrupted records continues";

    // MemTableInserter in db/write_batch.cc.
    private const string TakesUpToHere =
        "takes the operations of the batch before this one; on recovery, absolute consistency and tolerated corrupted tails refuse to open "
        + "the database, point-in-time recovery stops here, and skipping of corrupted records continues after the batch";

    private const string EndsLog =
        "treats this as the end of the log; with absolute consistency it refuses to open the database, and point-in-time recovery stops "
        + "here";

    private const string Refuses = "refuses to open the database";
    private const string RefusesInEveryMode = "refuses to open the database in every recovery mode";

    private const string RefusesIfTracked =
        "refuses to open the database if it tracks its WALs in the MANIFEST (option track_and_verify_wals_in_manifest)";

    private const string HasNoLimit = "reads it: RocksDB has no such limit";
    private const string DoesNotReplay = "does not replay the records from here on";

    // util/udt_util.cc, TimestampRecoveryHandler::ReconcileTimestampDiscrepancy.
    private const string AppendsTimestamps =
        "takes the keys as keys without timestamps since 8.4, and appends the smallest timestamp to each of them";

    private const string OpenWithOldVersion =
        "open the database with the version of RocksDB that wrote it, and flush it, before a newer version replays the log";

    private const string LargerLimit =
        "read the log with a larger limit, at most 2147483591 bytes, the largest array of .NET: option --max-record-size";

    /// <summary>The advice to salvage a log.</summary>
    internal const string Salvage = "write what is readable to a clean log: 'walparser salvage'";
    private const string CopyAgain = "copy the database again while the server does not write, or from a checkpoint";
    private const string ReadManifest = "list the edits and the findings: 'walparser manifest'";
    private const string ReadRecovery = "list what RocksDB replays: 'walparser dump' with a recovery mode";
    private const string ListTransactions = "list the transactions: 'walparser transactions'";

    private const string RefusesNumbersSetBack =
        "refuses to open the database since version 10.1 if it reads both records on recovery (CheckSeqnoNotSetBackDuringRecovery)";

    private const string ReadsOn = "reads on after the gap";

    private const string LookForOtherHistory =
        "find out whether the database was opened again after a loss, or whether the logs are of two databases";

    private const string LookForLog =
        "look for a log that is missing or was deleted between the two, for example in a backup";

    private const string GiveWalFolder = "give the folder that contains the WALs: option --wal-dir";

    private static readonly Row?[] Rows = MakeRows();

    /// <summary>Returns the properties of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind has no row.</exception>
    public static Row Of(FindingKind kind) =>
        (uint)kind < (uint)Rows.Length && Rows[(int)kind] is { } row
            ? row
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, null);

    /// <summary>Returns the reason for a fragment of an unknown type.</summary>
    public static string UnknownRecordType(byte type) => $"unknown record type {type}";

    /// <summary>Returns the reason for a fragment of an unknown type that is to be ignored.</summary>
    public static string IgnoredRecordType(byte type) =>
        $"record of type {type}, which this version does not know and which readers are to ignore";

    /// <summary>Returns the reason for a fragment of a type that is to be ignored, and is a code of RocksDB's reader.</summary>
    /// <param name="type">The type.</param>
    /// <param name="result">The result that the code means, as in "the end of the file".</param>
    public static string CollidingRecordType(byte type, string result) =>
        $"RocksDB takes a fragment of type {type}, which is to be ignored, for a result of its own reader: {result}";

    /// <summary>Returns the reason for a sequence number that no database has.</summary>
    public static string SequenceTooLarge(ulong sequence) => $"sequence {sequence} is too large";

    /// <summary>Returns the finding for a sequence number that no database has.</summary>
    public static Finding SequenceTooLargeAt(ulong sequence, long offset, long bytes) => new()
    {
        Kind = FindingKind.SequenceTooLarge,
        Offset = offset,
        Bytes = bytes,
        FirstSequence = sequence,
        Reason = SequenceTooLarge(sequence),
    };

    /// <summary>Returns the details of a record that is larger than the limit: its size, the limit, and what raises the limit.</summary>
    public static string TooLarge(long size, bool isSizeKnown, int limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(isSizeKnown ? "" : "at least ")}{size} bytes; the limit is {limit} (--max-record-size)");

    /// <summary>Returns the reason for a compressed copy that cannot be decompressed to its end.</summary>
    public static string DamagedCopy(string reason) => $"damaged copy: {reason}";

    private static Row?[] MakeRows()
    {
        var rows = new Row?[Enum.GetValues<FindingKind>().Length];
        // Framing: damage to the fragments and records of a log. The summaries quote RocksDB's messages (db/log_reader.cc). Salvage finds
        // nothing more in a log that ends with a torn record, unless fragments follow the torn one (LogInspector).
        Add(FindingKind.TruncatedHeader, Damage, None, reason: "truncated header", behavior: EndsLog);
        Add(FindingKind.TruncatedBody, Damage, None, reason: "truncated record body", behavior: EndsLog);
        Add(FindingKind.EndOfFileInRecord, Damage, None,
            reason: "error reading trailing data due to encountering EOF", behavior: EndsLog);
        Add(FindingKind.OldRecordInRecord, Damage, None,
            reason: "error reading trailing data due to encountering old record", behavior: EndsLog);
        Add(FindingKind.BadRecordLength, Damage, None, reason: "bad record length", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.ChecksumMismatch, Damage, None, reason: "checksum mismatch", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.ErrorInMiddleOfRecord, Damage, None, reason: "error in middle of record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.MissingStartAtMiddle, Damage, None,
            reason: "missing start of fragmented record(1)", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.MissingStartAtLast, Damage, None,
            reason: "missing start of fragmented record(2)", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.PartialRecordBeforeFull, Damage, None,
            reason: "partial record without end(1)", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.PartialRecordBeforeFirst, Damage, None,
            reason: "partial record without end(2)", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UnknownRecordType, Damage, None, reason: "unknown record type", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UnexpectedRecyclableRecord, Damage, BeyondRocksDb,
            reason: "recyclable record in a log that is not recycled", behavior: "reads the fragment again without end", advice: Salvage);
        Add(FindingKind.RepeatedCompressionType, Damage, None,
            reason: "read multiple SetCompressionType records", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.LateCompressionType, Damage, None,
            reason: "SetCompressionType not the first record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UndecodableCompressionType, Damage, None,
            reason: "could not decode SetCompressionType record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UndecodablePredecessorWalInfo, Damage, None,
            reason: "could not decode PredecessorWALInfoType record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.TimestampSizeInRecord, Damage, None,
            reason: "user-defined timestamp size record interspersed partial record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UndecodableTimestampSize, Damage, None,
            reason: "could not decode user-defined timestamp size record", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.ZeroTimestampSize, Damage, None,
            reason: "User-defined timestamp size record contains zero timestamp size.", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.RepeatedTimestampSize, Damage, None,
            reason: "User-defined timestamp size record contains update to recorded column family.", behavior: DropsBytes,
            advice: Salvage);
        Add(FindingKind.TooManyTimestampSizes, Damage, BeyondRocksDb,
            reason: "too many timestamp sizes", behavior: HasNoLimit, advice: Salvage);
        Add(FindingKind.RecordTooLarge, Damage, BeyondRocksDb,
            reason: "record too large", behavior: HasNoLimit, advice: LargerLimit);
        Add(FindingKind.DecompressionFailed, Damage, BeyondRocksDb,
            reason: "decompression failed", behavior: "drops the rest of the block and reports nothing", advice: Salvage);
        Add(FindingKind.DamagedCopy, Damage, BeyondRocksDb, reason: "damaged copy", advice: "get the log from which the copy was made");

        // Batches: damage to a write batch (db/write_batch.cc).
        Add(FindingKind.BatchTooSmall, Damage, None, reason: "log record too small", behavior: DropsBytes, advice: Salvage);
        Add(FindingKind.UnknownBatchTag, Damage, None, behavior: RefusesInEveryMode, advice: Salvage);
        Add(FindingKind.BadBatchOperation, Damage, None, behavior: RefusesInEveryMode, advice: Salvage);
        Add(FindingKind.WrongBatchCount, Damage, None, reason: "WriteBatch has wrong count", behavior: RefusesInEveryMode, advice: Salvage);
        Add(FindingKind.SequenceTooLarge, Damage, None, behavior: DropsBytes, advice: Salvage);

        // Transactions: marks of transactions that no RocksDB writes.
        Add(FindingKind.TransactionPreparedTwice, Damage, None,
            reason: "a transaction is prepared under the name of one that already is", advice: ListTransactions);
        Add(FindingKind.SectionInterrupted, Damage, None, reason: "a mark inside a transaction's section", advice: ListTransactions);
        Add(FindingKind.SectionNotBegun, Damage, None, reason: "a transaction's section ends that did not begin", advice: ListTransactions);
        Add(FindingKind.SectionNotEnded, Damage, None, reason: "a transaction's section does not end", advice: ListTransactions);
        Add(FindingKind.TransactionTooLarge, Loss, None, advice: ListTransactions);
        Add(FindingKind.TooManyTransactions, Loss, None,
            reason: "more marks of transactions in a batch than are listed", advice: ListTransactions);
        Add(FindingKind.CommitTimestampSize, Refusal, None,
            reason: "a commit timestamp is not as long as those of the transaction's keys", behavior: Refuses, advice: ListTransactions);

        // Manifests: an edit of a MANIFEST that cannot be decoded (db/version_edit.cc).
        Add(FindingKind.UnknownEditTag, Damage, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.InvalidEditTag, Damage, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.BadEditField, Damage, None, behavior: Refuses, advice: ReadManifest);

        // Manifests: an edit of a MANIFEST that RocksDB refuses (db/version_edit_handler.cc, db/version_builder.cc).
        Add(FindingKind.ManifestFraming, Damage, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.UndecodableEdit, Damage, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.BrokenAtomicGroup, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.UnknownColumnFamily, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.ColumnFamilyAddedTwice, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.DefaultColumnFamilyDropped, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.ComparatorChanged, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.TableFileAddedTwice, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.UnknownTableFile, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.BlobFileAddedTwice, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.UnknownBlobFile, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.WalAddedTwice, Refusal, None, behavior: Refuses, advice: ReadManifest);
        Add(FindingKind.IncompleteManifest, Refusal, None, behavior: Refuses, advice: ReadManifest);

        // Databases, WAL sets and recovery: the files of a database.
        Add(FindingKind.MissingCurrent, Loss, AboutFile | AboutManifest, behavior: Refuses, advice: CopyAgain);
        Add(FindingKind.DanglingCurrent, Loss, AboutFile | AboutManifest, behavior: Refuses, advice: CopyAgain);
        Add(FindingKind.SeveralManifests, Note, AboutFile, behavior: "reads the one that CURRENT names");
        Add(FindingKind.DamagedManifest, Damage, AboutManifest, behavior: Refuses, advice: CopyAgain);
        Add(FindingKind.TornManifest, Note, AboutFile | AboutManifest, behavior: "ignores the torn edit");
        Add(FindingKind.Unreadable, Damage, AboutFile | AboutManifest, advice: "check that the file exists and may be read");
        Add(FindingKind.WalInTwoPlaces, Note, AboutFile, behavior: "reads the one in the folder of the database");
        Add(FindingKind.WalUnderTwoNames, Note, AboutFile);
        Add(FindingKind.NoRegularFile, Note, AboutFile);
        Add(FindingKind.MissingWal, Loss, AboutFile, behavior: RefusesIfTracked, advice: CopyAgain);
        Add(FindingKind.MissingNewestWal, Loss, AboutFile, advice: CopyAgain);
        Add(FindingKind.WalShorterThanSynced, Loss, AboutFile, behavior: RefusesIfTracked, advice: CopyAgain);
        Add(FindingKind.PredecessorMismatch, Loss, AboutFile,
            behavior: "treats this as damage if it verifies its WALs (option track_and_verify_wals)", advice: CopyAgain);
        Add(FindingKind.ObsoleteWal, Note, AboutFile, behavior: "skips the WAL");
        Add(FindingKind.RecoveryStopped, Loss, AboutFile, behavior: DoesNotReplay, advice: ReadRecovery);
        Add(FindingKind.WalNotReplayed, Loss, AboutFile, behavior: DoesNotReplay, advice: ReadRecovery);
        Add(FindingKind.RecoveryResumed, Note, AboutFile, behavior: "replays the records from here on");
        Add(FindingKind.OpenRefused, Refusal, AboutFile, behavior: Refuses, advice: ReadRecovery);
        Add(FindingKind.TruncatedWal, Loss, AboutFile);
        Add(FindingKind.ReplacedWal, Loss, AboutFile);

        // WAL sets: the sequence numbers of batches.
        Add(FindingKind.SequenceGap, Loss, None, advice: LookForLog);
        Add(FindingKind.SequenceOverlap, Refusal, None, behavior: RefusesNumbersSetBack, advice: LookForOtherHistory);
        Add(FindingKind.SequenceDuplicate, Refusal, None, behavior: RefusesNumbersSetBack, advice: LookForOtherHistory);
        Add(FindingKind.SequenceReturn, Note, None);
        Add(FindingKind.UnloggedSequences, Note, None, behavior: ReadsOn);
        Add(FindingKind.IngestedSequences, Note, None, behavior: ReadsOn);
        Add(FindingKind.ObsoleteSequences, Note, None, behavior: ReadsOn);
        Add(FindingKind.ReservedSequences, Note, None, behavior: ReadsOn);
        Add(FindingKind.LastSequenceMissing, Loss, AboutFile, behavior: "opens the database without them", advice: CopyAgain);
        Add(FindingKind.LogsBeginLater, Note, AboutFile);
        Add(FindingKind.StartMissing, Loss, AboutFile, advice: "add the logs that contain them, or begin where the logs begin");
        Add(FindingKind.EndMissing, Loss, AboutFile, advice: "add the logs that contain the rest, or ask for no more than they contain");
        Add(FindingKind.StartInsideBatch, Loss, None, advice: "begin with the first number of the batch");
        Add(FindingKind.StateInsideBatch, Loss, None, advice: "ask for the state at the last number of the batch, or at the one before it");

        // Salvage: parts of a damaged log that were not salvaged.
        Add(FindingKind.MissingRestOfRecord, Damage, None, reason: "the rest of the record is missing");
        Add(FindingKind.ControlRecordInDamage, Damage, None, reason: "a control record inside a damaged fragment");
        Add(FindingKind.CompressionTypeAfterDamage, Damage, None, reason: "a compression type after damage");
        Add(FindingKind.UnfitSequence, Note, None,
            reason: "found after damage, but its sequence number does not fit there; it may belong to a log inside a value");
        Add(FindingKind.ZerosInPlaceOfFragment, Damage, BeyondRocksDb,
            reason: "zeros in the place of a fragment", behavior: "skips the rest of the block and reports nothing", advice: Salvage);
        Add(FindingKind.UnreplayedBytes, Loss, None, reason: "not replayed", behavior: DoesNotReplay, advice: ReadRecovery);
        Add(FindingKind.StaleRecord, Note, None, reason: "left over from an earlier use of the log");
        Add(FindingKind.RepeatedRecord, Note, None, reason: "repeats a record before it", behavior: RefusesNumbersSetBack);
        Add(FindingKind.SetBackRecord, Loss, None, behavior: RefusesNumbersSetBack, advice: LookForOtherHistory);
        Add(FindingKind.RefusedRecord, Loss, None, behavior: "refuses the record", advice: ReadRecovery);

        // Inspection: findings of a whole log.
        Add(FindingKind.DamagedLogNumber, Damage, None,
            reason: "log number damaged: the fragment belongs to this log", behavior: EndsLog, advice: Salvage);
        Add(FindingKind.OldRecordAmongLiveRecords, Damage, None, behavior: EndsLog, advice: Salvage);
        Add(FindingKind.RecordOfLaterLog, Damage, None, behavior: EndsLog, advice: Salvage);
        Add(FindingKind.ForeignLog, Loss, AboutFile, behavior: "treats the log as empty");
        Add(FindingKind.UnusedRecycledLog, Note, AboutFile, behavior: "treats the log as empty");
        Add(FindingKind.StaleTail, Note, None,
            reason: "stale tail, left over from the recycled log's earlier use; no damage", behavior: "treats this as the end of the log");
        Add(FindingKind.ZerosAtEnd, Note, None, reason: "zeros at the end of the log", behavior: "skips the zeros");
        Add(FindingKind.OnlyZeros, Loss, AboutFile,
            reason: "contains nothing but zeros", behavior: "treats the log as empty", advice: CopyAgain);

        // Inputs: what lies beside the logs, and the form in which they are given.
        Add(FindingKind.WalsElsewhere, Note, AboutFile, behavior: "reads the WALs in wal_dir alone", advice: GiveWalFolder);
        Add(FindingKind.WalFolderMissing, Loss, AboutFile,
            behavior: "creates the folder and opens the database without the data of the WALs", advice: GiveWalFolder);
        Add(FindingKind.LostWals, Note, AboutFile, behavior: "never reads them", advice: "read the folder by itself: 'walparser verify'");
        Add(FindingKind.NoWal, Note, AboutFile);
        Add(FindingKind.NoManifest, Note, AboutFile, behavior: "takes a folder without CURRENT for a new database",
            advice: "give the folder of the database, and the folder of its WALs if that is another (--wal-dir)");
        Add(FindingKind.CopyTooLarge, Loss, BeyondRocksDb,
            reason: "the compressed copy is too large when it is decompressed",
            advice: "read the copy with a larger limit (--max-copy-size), or decompress it first");
        Add(FindingKind.ConvertedAsText, Damage, AboutFile, advice: "copy the log again as a binary file");

        // WAL sets: the timestamps at the end of keys.
        Add(FindingKind.TimestampsNotDeclared, Note, None, behavior: AppendsTimestamps, advice: OpenWithOldVersion);
        Add(FindingKind.TimestampSizeMismatch, Refusal, None,
            behavior: Refuses, advice: "check that the MANIFEST and the log are of one database");

        Add(FindingKind.ReversedRange, Damage, None, reason: "end key comes before start key", behavior: TakesUpToHere, advice: Salvage);

        // Recovery: what RocksDB does when it opens the database.
        Add(FindingKind.OpenLoops, Refusal, AboutFile, behavior: "loops forever and does not open the database", advice: Salvage);
        Add(FindingKind.OpenCrashes, Refusal, AboutFile, behavior: "crashes and does not open the database", advice: Salvage);
        Add(FindingKind.FailedInsert, Damage, None, behavior: DropsBytes, advice: ReadRecovery);
        Add(FindingKind.CollidingRecordType, Loss, BeyondRocksDb,
            behavior: "takes the type for a result of its own reader; does not replay what that result drops", advice: Salvage);
        Add(FindingKind.InvisibleReplay, Loss, AboutFile, behavior: "opens the database and does not find what it replayed");

        // What readers pass over.
        Add(FindingKind.IgnoredRecordType, Note, BeyondRocksDb,
            behavior: "ignores the fragment since version 9.11, and reports it as damage before",
            advice: "read the log with the version of RocksDB that wrote it");
        Add(FindingKind.InterruptedRecord, Damage, BeyondRocksDb,
            reason: "control record inside a record: what was before it is lost",
            behavior: "drops the bytes and reports nothing",
            advice: Salvage);
        Add(FindingKind.PreparedSectionRefused, Refusal, None,
            behavior: "refuses to open the database as its OPTIONS say, unless corrupted records are skipped",
            advice: "open the database with TransactionDB::Open, which sets allow_2pc");
        Add(FindingKind.MissingNeededWal, Loss, AboutFile, behavior: "opens the database without them", advice: CopyAgain);
        Add(FindingKind.SequenceOutOfOrder, Refusal, None, behavior: RefusesNumbersSetBack, advice: LookForOtherHistory);

        // Operations that can be read and that RocksDB does not take (db/write_batch.cc, db/version_edit.cc, db/wide/).
        Add(FindingKind.MalformedEntity, Damage, None,
            behavior: "refuses to open the database in every recovery mode since version 11.8, if it replays the value", advice: Salvage);
        Add(FindingKind.MalformedBlobIndex, Damage, None,
            behavior: "refuses to open the database in every recovery mode, if it replays the value", advice: Salvage);
        Add(FindingKind.SequencesBeyondMaximum, Damage, None,
            reason: "ProtectionInfo mismatch", behavior: TakesUpToHere, advice: Salvage);
        Add(FindingKind.MergeRefused, Refusal, None,
            reason: "Merge requires `ColumnFamilyOptions::merge_operator != nullptr`",
            behavior: "refuses to open the database as its OPTIONS say with absolute consistency and with tolerated corrupted tails; "
                + "point-in-time recovery stops here, and skipping of corrupted records continues after the batch",
            advice: "open the database with the merge operator with which it was written");
        return rows;

        void Add(
            FindingKind kind,
            FindingSeverity severity,
            FindingTraits traits,
            string? reason = null,
            string? behavior = null,
            string? advice = null) =>
            rows[(int)kind] = new Row(severity, traits, reason ?? kind.ToString(), behavior, advice);
    }

    /// <summary>The properties of a kind.</summary>
    /// <param name="Severity">What a finding means for the data.</param>
    /// <param name="Traits">What findings of the kind have in common.</param>
    /// <param name="Reason">The reason of all findings of the kind; the name of the kind if each finding states its own.</param>
    /// <param name="RocksDbBehavior">What RocksDB does; null if it never reads this, or if that depends on what follows.</param>
    /// <param name="Advice">What a person can do next; null if there is nothing to do.</param>
    internal sealed record Row(FindingSeverity Severity, FindingTraits Traits, string Reason, string? RocksDbBehavior, string? Advice);
}
