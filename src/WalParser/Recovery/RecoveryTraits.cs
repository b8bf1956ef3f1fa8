using WalParser.Framing;

namespace WalParser.Recovery;

/// <summary>
/// The differences between releases of RocksDB in how WALs are recovered (<c>db/db_impl/db_impl_open.cc</c>, and where noted). What all of
/// them do since 7.0 has no member here.
/// </summary>
/// <param name="release">The release.</param>
internal sealed class RecoveryTraits(RocksDbRelease release)
{
    /// <summary>The release.</summary>
    public RocksDbRelease Release => release;

    /// <summary>How the release reads a log.</summary>
    public ReleaseTraits Reading { get; } = ReleaseTraits.Of(release);

    /// <summary>Whether sequence numbers must not be set back (<c>CheckSeqnoNotSetBackDuringRecovery</c>, since 10.1).</summary>
    public bool ChecksSetBack => release >= RocksDbRelease.V10;

    /// <summary>
    /// Whether the log that does not match takes the number of the predecessor that it names (<c>GetCorruptedLogNumber</c>, since 10.0).
    /// </summary>
    public bool NamesPredecessor => release >= RocksDbRelease.V10;

    /// <summary>
    /// Whether predecessors are verified, and a database with <c>track_and_verify_wals</c> must have a WAL (<c>db/log_reader.cc</c>, since
    /// 9.11).
    /// </summary>
    public bool VerifiesPredecessors => release >= RocksDbRelease.V9;

    /// <summary>
    /// Whether point-in-time recovery stops at the old records of a recycled log (<c>ReportOldLogRecord</c> in <c>db/log_reader.cc</c>,
    /// since 9.1).
    /// </summary>
    public bool StopsAtOldRecords => release >= RocksDbRelease.V9;

    /// <summary>
    /// Whether the timestamp sizes of a log are compared with those of the comparators (<c>util/udt_util.cc</c>, since 8.4).
    /// </summary>
    public bool ComparesTimestamps => release >= RocksDbRelease.V8;

    /// <summary>Whether a batch with a sequence number that is too large is damage (since 8.0).</summary>
    public bool LimitsSequence => release >= RocksDbRelease.V8;

    /// <summary>
    /// Whether a batch that cannot be inserted ends the log in every mode, and one that is not supported refuses in every mode: the status
    /// of the insertion was that of the log (until 8.11).
    /// </summary>
    public bool FailedInsertEndsLog => release <= RocksDbRelease.V8;

    /// <summary>Whether the tags of <c>TimedPut</c> are known (<c>db/write_batch.cc</c>, since 9.0).</summary>
    public bool KnowsTimedPut => release >= RocksDbRelease.V9;

    /// <summary>
    /// Whether wide-column entities are checked when they are written to table files (<c>CompactionIterator::PrepareOutput</c>, since
    /// 11.8).
    /// </summary>
    public bool ChecksEntities => release >= RocksDbRelease.V11;

    /// <summary>The words with which a database is refused whose table files have data from beyond a stop.</summary>
    public string TablesAheadOf(string family) => release >= RocksDbRelease.V10
        ? $"Column family inconsistency: SST file contains data beyond the point of corruption in CF {family}. WAL recovery stopped at "
            + "corruption point, but SST files contain newer data."
        : $"SST file is ahead of WALs in CF {family}";
}
