namespace WalParser.Batches;

/// <summary>
/// Handles the operations of a write batch, with one method for each type of operation, like RocksDB's <c>WriteBatch::Handler</c>. A method
/// that is not implemented ignores its operations. The spans of an operation are valid during the call only. Implement the interface with a
/// class: the default methods of a struct are called on a copy.
/// </summary>
public interface IWriteBatchHandler
{
    /// <summary>Whether the enumeration continues; read before each operation.</summary>
    bool ShouldContinue => true;

    /// <summary>Handles an operation that sets a key to a value.</summary>
    void Put(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the deletion of a key.</summary>
    void Delete(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the deletion of a key that was put only once.</summary>
    void SingleDelete(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the deletion of a range of keys.</summary>
    void DeleteRange(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles an operation that adds a merge operand to a key.</summary>
    void Merge(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles an operation that sets a key to a value in a blob file.</summary>
    void PutBlobIndex(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles an operation that sets a key to a wide-column entity.</summary>
    void PutEntity(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles an operation that sets a key to a value with a write time.</summary>
    void TimedPut(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles bytes that are for the log only.</summary>
    void LogData(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the beginning of the prepared section of a transaction.</summary>
    void MarkBeginPrepare(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the end of the prepared section of a transaction.</summary>
    void MarkEndPrepare(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the commit of a transaction.</summary>
    void MarkCommit(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the commit of a transaction at a timestamp.</summary>
    void MarkCommitWithTimestamp(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles the rollback of a transaction.</summary>
    void MarkRollback(WriteBatchOperation operation)
    {
    }

    /// <summary>Handles an operation that does nothing.</summary>
    void MarkNoop(WriteBatchOperation operation)
    {
    }
}
