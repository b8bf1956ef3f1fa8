using WalParser.Framing;

namespace WalParser.Transactions;

/// <summary>
/// A transaction in two phases, as the logs show it. One that is still prepared changes as later batches are taken; what a
/// transaction is once it has ended, it stays.
/// </summary>
public sealed class Transaction
{
    internal Transaction(byte[] xid) => Xid = xid;

    /// <summary>Its name.</summary>
    public ReadOnlyMemory<byte> Xid { get; }

    /// <summary>When its operations reach the database; null if it was prepared in a log that was not read.</summary>
    public TransactionPolicy? Policy { get; internal set; }

    /// <summary>What became of it, so far.</summary>
    public TransactionOutcome Outcome { get; internal set; }

    /// <summary>The record with its first section; null if that lies in a log that was not read.</summary>
    public TransactionPlace? Begin { get; internal set; }

    /// <summary>The record with the mark that committed it or rolled it back; null if none did.</summary>
    public TransactionPlace? End { get; internal set; }

    /// <summary>In how many sections it was prepared: one, but of a large write-unprepared one.</summary>
    public int Sections { get; internal set; }

    /// <summary>How many of its operations change a key.</summary>
    public long Operations { get; internal set; }

    /// <summary>The size of its operations, in bytes, as they stand in the log.</summary>
    public long Bytes { get; internal set; }

    /// <summary>
    /// The sequence number of its first operation. A write-committed one has none before its commit, and here the number at which the
    /// database stood when it was prepared. Null if it was prepared in a log that was not read.
    /// </summary>
    public ulong? FirstSequence { get; internal set; }

    /// <summary>
    /// The sequence number at which it was committed: a write-committed one's operations take theirs from here on; to the others the mark
    /// itself has this number, and the operations had theirs before. Null if it was not committed.
    /// </summary>
    public ulong? CommitSequence { get; internal set; }

    /// <summary>
    /// The timestamp with which it was committed, as it stands in the log; null if it was not, or without one. RocksDB puts it at the end of
    /// a write-committed one's keys.
    /// </summary>
    public ReadOnlyMemory<byte>? CommitTimestamp { get; internal set; }

    /// <summary>Whether there are operations that were not kept, for want of room: see <see cref="TransactionAssemblerOptions.MaxPreparedBytes"/>.</summary>
    public bool IsIncomplete { get; internal set; }

    /// <summary>The order in which transactions were begun.</summary>
    internal long Ordinal { get; init; }

    /// <summary>Whether its last section so far was its last of all.</summary>
    internal bool IsPrepared { get; set; }

    /// <summary>What keeping it costs, in bytes.</summary>
    internal long Cost { get; set; }

    /// <summary>Its sections, each as a batch of its own.</summary>
    internal List<(byte[] Batch, TimestampSizes? TimestampSizes)> Kept { get; } = [];
}
