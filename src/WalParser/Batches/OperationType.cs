namespace WalParser.Batches;

/// <summary>The types of operations in a write batch, named like the callbacks of RocksDB's <c>WriteBatch::Handler</c>.</summary>
public enum OperationType
{
    /// <summary>Sets a key to a value.</summary>
    Put,

    /// <summary>Deletes a key.</summary>
    Delete,

    /// <summary>Deletes a key that was put only once.</summary>
    SingleDelete,

    /// <summary>
    /// Deletes the keys from <see cref="WriteBatchOperation.Key"/> up to, not including, <see cref="WriteBatchOperation.EndKey"/>.
    /// </summary>
    DeleteRange,

    /// <summary>Adds a merge operand to a key.</summary>
    Merge,

    /// <summary>Sets a key to a value in a blob file; the value of the operation is the blob index.</summary>
    PutBlobIndex,

    /// <summary>Sets a key to a wide-column entity; the value of the operation is the serialized entity.</summary>
    PutEntity,

    /// <summary>Sets a key to a value that counts as written at <see cref="WriteBatchOperation.WriteTime"/>.</summary>
    TimedPut,

    /// <summary>Bytes that are for the log only.</summary>
    LogData,

    /// <summary>Begins the prepared section of a transaction.</summary>
    BeginPrepare,

    /// <summary>Ends the prepared section of the transaction that it names.</summary>
    EndPrepare,

    /// <summary>Commits the transaction that it names.</summary>
    Commit,

    /// <summary>Commits the transaction that it names at a commit timestamp.</summary>
    CommitWithTimestamp,

    /// <summary>Rolls back the transaction that it names.</summary>
    Rollback,

    /// <summary>Does nothing.</summary>
    Noop,
}
