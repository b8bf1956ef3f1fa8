namespace WalParser.Batches;

/// <summary>
/// How the operations of a batch take their sequence numbers. The numbering of a database never changes and follows from the write policy
/// of its transactions; a single batch does not always show it.
/// </summary>
public enum SequenceNumbering
{
    /// <summary>Each operation that changes a key takes the next number. So do all databases except those below.</summary>
    PerOperation,

    /// <summary>
    /// All operations of a sub-batch share a number. A sub-batch ends with the section of a transaction, and before a key that it contains
    /// already. So do databases whose transactions are write-prepared or write-unprepared (RocksDB's <c>seq_per_batch</c>).
    /// </summary>
    PerSubBatch,
}
