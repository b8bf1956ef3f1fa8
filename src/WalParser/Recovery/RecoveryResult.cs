using WalParser.Framing;

namespace WalParser.Recovery;

/// <summary>The result of recovery. Immutable.</summary>
public sealed record RecoveryResult
{
    /// <summary>The recovery mode.</summary>
    public required WalRecoveryMode Mode { get; init; }

    /// <summary>The release of RocksDB whose rules were applied.</summary>
    public required RocksDbRelease Release { get; init; }

    /// <summary>What RocksDB does when it opens the database.</summary>
    public required RecoveryOutcome Outcome { get; init; }

    /// <summary>
    /// The reason of an outcome other than <see cref="RecoveryOutcome.Opens"/>, in RocksDB's words where it has some, after the file and
    /// the offset; null if RocksDB opens the database.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The last sequence number of the database after recovery; null if RocksDB does not open it. It includes the numbers with which
    /// RocksDB rolls back write-unprepared transactions that were not prepared. It is too low in a write-prepared or write-unprepared
    /// database whose replayed batches contain marks of transactions and no section: then nothing shows that the marks take numbers.
    /// </summary>
    public ulong? LastSequence { get; init; }

    /// <summary>Whether recovery stopped before the end of the WALs and did not resume.</summary>
    public bool IsStopped { get; init; }
}
