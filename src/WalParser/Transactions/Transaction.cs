using WalParser.Framing;

namespace WalParser.Transactions;

/// <summary>
/// A two-phase transaction, as the logs show it. A prepared transaction changes as later batches are processed; an ended one no longer
/// changes.
/// </summary>
public sealed class Transaction
{
    internal Transaction(byte[] xid) => Xid = xid;

    /// <summary>The name of the transaction.</summary>
    public ReadOnlyMemory<byte> Xid { get; }

    /// <summary>The time at which its operations reach the database; null if it was prepared in a log that was not read.</summary>
    public TransactionPolicy? Policy { get; internal set; }

    /// <summary>The outcome so far.</summary>
    public TransactionOutcome Outcome { get; internal set; }

    /// <summary>The record with the first section; null if it is in a log that was not read.</summary>
    public TransactionPlace? Begin { get; internal set; }

    /// <summary>The record with the mark that committed the transaction or rolled it back; null if there is none.</summary>
    public TransactionPlace? End { get; internal set; }

    /// <summary>The number of sections in which it was prepared: one, except for a large write-unprepared transaction.</summary>
    public int Sections { get; internal set; }

    /// <summary>The number of its operations that change a key.</summary>
    public long Operations { get; internal set; }

    /// <summary>The size of its operations in the log, in bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>
    /// The sequence number of the first operation. A write-committed transaction has none before its commit; until then, the value is the
    /// sequence number of the database at the time of the prepare. Null if the transaction was prepared in a log that was not read.
    /// </summary>
    public ulong? FirstSequence { get; internal set; }

    /// <summary>
    /// The sequence number of the commit. In a write-committed transaction, the operations get their sequence numbers from this number on;
    /// in the others, the number belongs to the mark itself, and the operations have earlier numbers. Null if the transaction was not
    /// committed.
    /// </summary>
    public ulong? CommitSequence { get; internal set; }

    /// <summary>
    /// The timestamp of the commit, as in the log; null if the transaction was not committed, or was committed without a timestamp. RocksDB
    /// appends it to the keys of a write-committed transaction.
    /// </summary>
    public ReadOnlyMemory<byte>? CommitTimestamp { get; internal set; }

    /// <summary>
    /// Whether operations were discarded because of the memory limit: see <see cref="TransactionAssemblerOptions.MaxPreparedBytes"/>.
    /// </summary>
    public bool IsIncomplete { get; internal set; }

    /// <summary>The position in the order in which transactions began.</summary>
    internal long Ordinal { get; init; }

    /// <summary>Whether its last section so far is its final section.</summary>
    internal bool IsPrepared { get; set; }

    /// <summary>The memory that is reserved for it, in bytes.</summary>
    internal long Cost { get; set; }

    /// <summary>Stands for several sizes of timestamps.</summary>
    internal const int SeveralSizes = -1;

    /// <summary>The size of the timestamps of its keys, in bytes; null if they have none.</summary>
    internal int? TimestampSize { get; set; }

    /// <summary>Its sections, each in the form of a batch.</summary>
    internal List<(byte[] Batch, TimestampSizes? TimestampSizes)> Kept { get; } = [];
}
