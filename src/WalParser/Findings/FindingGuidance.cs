namespace WalParser.Findings;

/// <summary>
/// What RocksDB does with each kind of finding, and what to do next. Sources: <c>log::Reader</c> (db/log_reader.cc),
/// <c>DBImpl::RecoverLogFiles</c> (db/db_impl/db_impl_open.cc), <c>WriteBatchInternal</c> (db/write_batch.cc), <c>VersionEditHandler</c>
/// (db/version_edit_handler.cc), <c>WalSet::CheckWals</c> (db/wal_edit.cc).
/// </summary>
internal static class FindingGuidance
{
    private const string DropsBytes =
        "drops the bytes; on recovery, absolute consistency and tolerated corrupted tails refuse to open the database, point-in-time "
        + "recovery stops here, and skipping of corrupted records continues";

    private const string EndsLog =
        "treats this as the end of the log; with absolute consistency it refuses to open the database, and point-in-time recovery stops "
        + "here";

    private const string Refuses = "refuses to open the database";
    private const string Salvage = "write what is readable to a clean log: LogSalvage, or 'walparser salvage'";
    private const string CopyAgain = "copy the database again while the server does not write, or from a checkpoint";
    private const string ReadManifest = "list the edits and the findings: ManifestReader, or 'walparser manifest'";
    private const string ReadRecovery = "list what RocksDB replays: RecoveryReader, or 'walparser dump' with a recovery mode";

    /// <summary>Returns what RocksDB does where it reads this; null if it never reads it, or if that depends on what follows.</summary>
    public static string? RocksDbBehaviorOf(FindingKind kind) => kind switch
    {
        FindingKind.TruncatedHeader or FindingKind.TruncatedBody or FindingKind.EndOfFileInRecord
            or FindingKind.OldRecordInRecord => EndsLog,
        FindingKind.UnexpectedRecyclableRecord => "reads the fragment again without end",
        FindingKind.DecompressionFailed => "drops the rest of the block and reports nothing",
        FindingKind.RecordTooLarge or FindingKind.TooManyTimestampSizes => "reads it: RocksDB has no such limit",
        FindingKind.DamagedCopy => null,
        <= FindingKind.TooManyTimestampSizes => DropsBytes,
        FindingKind.BatchTooSmall or FindingKind.SequenceTooLarge => DropsBytes,
        FindingKind.UnknownBatchTag or FindingKind.BadBatchOperation or FindingKind.WrongBatchCount =>
            "refuses to open the database in every recovery mode",
        >= FindingKind.UnknownEditTag and <= FindingKind.IncompleteManifest => Refuses,
        FindingKind.MissingCurrent or FindingKind.DanglingCurrent or FindingKind.DamagedManifest => Refuses,
        FindingKind.SeveralManifests => "reads the one that CURRENT names",
        FindingKind.TornManifest => "ignores the torn edit",
        FindingKind.WalInTwoPlaces => "reads the one in the folder of the database",
        FindingKind.MissingWal or FindingKind.WalShorterThanSynced =>
            "refuses to open the database if it tracks its WALs in the MANIFEST (option track_and_verify_wals_in_manifest)",
        FindingKind.PredecessorMismatch => "treats this as damage if it verifies its WALs (option track_and_verify_wals)",
        FindingKind.ObsoleteWal => "skips the WAL",
        FindingKind.RecoveryStopped or FindingKind.WalNotReplayed => "does not replay the records from here on",
        FindingKind.RecoveryResumed => "replays the records from here on",
        FindingKind.OpenRefused => Refuses,
        FindingKind.UnreplayedBytes => "does not replay them",
        FindingKind.ZerosInPlaceOfFragment => "skips zeros at the end of a block",
        _ => null,
    };

    /// <summary>Returns what a person can do next; null if there is nothing to do.</summary>
    public static string? AdviceOf(FindingKind kind) => kind switch
    {
        FindingKind.RecordTooLarge => "read the log with a larger MaxRecordSize",
        FindingKind.DamagedCopy => "get the log from which the copy was made",
        <= FindingKind.DamagedCopy or FindingKind.BatchTooSmall or FindingKind.UnknownBatchTag or FindingKind.BadBatchOperation
            or FindingKind.WrongBatchCount or FindingKind.SequenceTooLarge or FindingKind.DamagedLogNumber
            or FindingKind.OldRecordAmongLiveRecords => Salvage,
        >= FindingKind.TransactionPreparedTwice and <= FindingKind.CommitTimestampSize =>
            "list the transactions: TransactionAssembler, or 'walparser transactions'",
        >= FindingKind.UnknownEditTag and <= FindingKind.IncompleteManifest => ReadManifest,
        FindingKind.MissingCurrent or FindingKind.DanglingCurrent or FindingKind.DamagedManifest or FindingKind.MissingWal
            or FindingKind.MissingNewestWal or FindingKind.WalShorterThanSynced or FindingKind.PredecessorMismatch => CopyAgain,
        FindingKind.Unreadable => "check that the file exists and may be read",
        FindingKind.RecoveryStopped or FindingKind.WalNotReplayed or FindingKind.OpenRefused or FindingKind.UnreplayedBytes => ReadRecovery,
        FindingKind.SequenceGap =>
            "look for a log that is missing or was deleted between the two: WalSet.MapSequencesAsync, or 'walparser gaps'",
        _ => null,
    };
}
