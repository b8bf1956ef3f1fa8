namespace WalParser.Batches;

/// <summary>The kinds of damage to a write batch.</summary>
public enum WriteBatchCorruptionKind
{
    /// <summary>"log record too small": the record is shorter than the header of a batch, 12 bytes.</summary>
    TooSmall,

    /// <summary>"unknown WriteBatch tag: N": RocksDB has no such tag.</summary>
    UnknownTag,

    /// <summary>"bad WriteBatch Put" and so on: the fields of an operation do not fit in the batch.</summary>
    BadOperation,

    /// <summary>"WriteBatch has wrong count": the batch does not have as many operations as its header says.</summary>
    WrongCount,
}
