namespace WalParser.Batches;

/// <summary>
/// Takes the operations of a write batch, one method a kind, in the shape of RocksDB's <c>WriteBatch::Handler</c>. A method that is
/// not implemented ignores its operations. The operations' spans are valid during the call only. Implement it as a class: the
/// default methods of a struct are called on a copy.
/// </summary>
public interface IWriteBatchHandler
{
    /// <summary>Whether to go on; asked before each operation.</summary>
    bool ShouldContinue => true;

    /// <summary>A key is set to a value.</summary>
    void Put(WriteBatchOperation operation)
    {
    }

    /// <summary>A key is deleted.</summary>
    void Delete(WriteBatchOperation operation)
    {
    }

    /// <summary>A key that was put once is deleted.</summary>
    void SingleDelete(WriteBatchOperation operation)
    {
    }

    /// <summary>A range of keys is deleted.</summary>
    void DeleteRange(WriteBatchOperation operation)
    {
    }

    /// <summary>A merge operand is added to a key.</summary>
    void Merge(WriteBatchOperation operation)
    {
    }

    /// <summary>A key is set to a value in a blob file.</summary>
    void PutBlobIndex(WriteBatchOperation operation)
    {
    }

    /// <summary>A key is set to a wide-column entity.</summary>
    void PutEntity(WriteBatchOperation operation)
    {
    }

    /// <summary>A key is set to a value with a write time of its own.</summary>
    void TimedPut(WriteBatchOperation operation)
    {
    }

    /// <summary>Bytes for the log alone.</summary>
    void LogData(WriteBatchOperation operation)
    {
    }

    /// <summary>A transaction's prepared section begins.</summary>
    void MarkBeginPrepare(WriteBatchOperation operation)
    {
    }

    /// <summary>A transaction's prepared section ends.</summary>
    void MarkEndPrepare(WriteBatchOperation operation)
    {
    }

    /// <summary>A transaction commits.</summary>
    void MarkCommit(WriteBatchOperation operation)
    {
    }

    /// <summary>A transaction commits at a timestamp.</summary>
    void MarkCommitWithTimestamp(WriteBatchOperation operation)
    {
    }

    /// <summary>A transaction rolls back.</summary>
    void MarkRollback(WriteBatchOperation operation)
    {
    }

    /// <summary>Nothing.</summary>
    void MarkNoop(WriteBatchOperation operation)
    {
    }
}
