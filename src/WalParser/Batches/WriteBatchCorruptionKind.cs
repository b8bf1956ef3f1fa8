namespace WalParser.Batches;

/// <summary>The kinds of damage to a write batch.</summary>
public enum WriteBatchCorruptionKind
{
    /// <summary>"log record too small": shorter than a batch's header of 12 bytes.</summary>
    TooSmall,

    /// <summary>"unknown WriteBatch tag: N".</summary>
    UnknownTag,

    /// <summary>"bad WriteBatch Put" and its like: an operation whose fields do not fit in the batch.</summary>
    BadOperation,

    /// <summary>"WriteBatch has wrong count": not as many operations as the header says.</summary>
    WrongCount,
}
