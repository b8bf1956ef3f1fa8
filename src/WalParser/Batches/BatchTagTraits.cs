namespace WalParser.Batches;

/// <summary>
/// What follows from a tag: the operation, the form of its record, and RocksDB's words for a record of that form that does not fit in its
/// batch (<c>ReadRecordFromWriteBatch</c> in <c>db/write_batch.cc</c>). A new tag is a member of <see cref="BatchTag"/> and a row here.
/// </summary>
internal readonly record struct BatchTagTraits(OperationType Type, BatchTagForm Form, string Damage)
{
    private const BatchTagForm Key = BatchTagForm.Key;
    private const BatchTagForm Pair = BatchTagForm.Key | BatchTagForm.Second;
    private const BatchTagForm Range = Pair | BatchTagForm.EndKey;
    private const BatchTagForm TimedPair = Pair | BatchTagForm.WriteTime;
    private const BatchTagForm Family = BatchTagForm.ColumnFamily;
    private const BatchTagForm Data = BatchTagForm.Data;

    private static readonly BatchTagTraits[] Table = MakeTable();

    /// <summary>Returns the traits of a tag, known or not.</summary>
    public static ref readonly BatchTagTraits Of(BatchTag tag) => ref Table[(byte)tag];

    private static BatchTagTraits[] MakeTable()
    {
        var table = new BatchTagTraits[byte.MaxValue + 1];
        Array.Fill(table, new BatchTagTraits(OperationType.Noop, BatchTagForm.Unknown, "bad WriteBatch operation"));

        Add(BatchTag.Deletion, OperationType.Delete, Key, "bad WriteBatch Delete");
        Add(BatchTag.ColumnFamilyDeletion, OperationType.Delete, Family | Key, "bad WriteBatch Delete");
        Add(BatchTag.SingleDeletion, OperationType.SingleDelete, Key, "bad WriteBatch Delete");
        Add(BatchTag.ColumnFamilySingleDeletion, OperationType.SingleDelete, Family | Key, "bad WriteBatch Delete");
        Add(BatchTag.Value, OperationType.Put, Pair, "bad WriteBatch Put");
        Add(BatchTag.ColumnFamilyValue, OperationType.Put, Family | Pair, "bad WriteBatch Put");
        Add(BatchTag.Merge, OperationType.Merge, Pair, "bad WriteBatch Merge");
        Add(BatchTag.ColumnFamilyMerge, OperationType.Merge, Family | Pair, "bad WriteBatch Merge");
        Add(BatchTag.RangeDeletion, OperationType.DeleteRange, Range, "bad WriteBatch DeleteRange");
        Add(BatchTag.ColumnFamilyRangeDeletion, OperationType.DeleteRange, Family | Range, "bad WriteBatch DeleteRange");
        Add(BatchTag.BlobIndex, OperationType.PutBlobIndex, Pair, "bad WriteBatch BlobIndex");
        Add(BatchTag.ColumnFamilyBlobIndex, OperationType.PutBlobIndex, Family | Pair, "bad WriteBatch BlobIndex");
        Add(BatchTag.WideColumnEntity, OperationType.PutEntity, Pair, "bad WriteBatch PutEntity");
        Add(BatchTag.ColumnFamilyWideColumnEntity, OperationType.PutEntity, Family | Pair, "bad WriteBatch PutEntity");
        Add(BatchTag.ValuePreferredSeqno, OperationType.TimedPut, TimedPair, "bad WriteBatch TimedPut");
        Add(BatchTag.ColumnFamilyValuePreferredSeqno, OperationType.TimedPut, Family | TimedPair, "bad WriteBatch TimedPut");
        Add(BatchTag.LogData, OperationType.LogData, Data, "bad WriteBatch Blob");
        Add(BatchTag.BeginPrepareXid, OperationType.BeginPrepare, BatchTagForm.None, "bad WriteBatch operation");
        Add(BatchTag.BeginPersistedPrepareXid, OperationType.BeginPrepare, BatchTagForm.None, "bad WriteBatch operation");
        Add(BatchTag.BeginUnprepareXid, OperationType.BeginPrepare, BatchTagForm.None, "bad WriteBatch operation");
        Add(BatchTag.EndPrepareXid, OperationType.EndPrepare, Data, "bad EndPrepare XID");
        Add(BatchTag.CommitXid, OperationType.Commit, Data, "bad Commit XID");
        Add(BatchTag.CommitXidAndTimestamp, OperationType.CommitWithTimestamp, Data | BatchTagForm.Second, "bad Commit XID and timestamp");
        Add(BatchTag.RollbackXid, OperationType.Rollback, Data, "bad Rollback XID");
        Add(BatchTag.Noop, OperationType.Noop, BatchTagForm.None, "bad WriteBatch operation");
        return table;

        void Add(BatchTag tag, OperationType type, BatchTagForm form, string damage) =>
            table[(byte)tag] = new BatchTagTraits(type, form, damage);
    }
}
