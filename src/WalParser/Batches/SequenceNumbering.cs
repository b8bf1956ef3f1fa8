namespace WalParser.Batches;

/// <summary>
/// How the operations of a batch take their sequence numbers. A database has one way for all its life, by the write policy of
/// its transactions; a batch alone does not always show it.
/// </summary>
public enum SequenceNumbering
{
    /// <summary>Each operation that changes a key takes the next number. All databases but those below.</summary>
    PerOperation,

    /// <summary>
    /// All operations of a sub-batch share a number: a sub-batch ends with a transaction's section, and before a key that it
    /// already holds. Databases whose transactions are write-prepared or write-unprepared (RocksDB's <c>seq_per_batch</c>).
    /// </summary>
    PerSubBatch,
}
