using System.Globalization;

namespace WalParser.Batches;

/// <summary>Damage to a write batch. The operations before it are good, as far as one can tell, and were delivered.</summary>
public readonly record struct WriteBatchCorruption
{
    /// <summary>What kind of damage it is.</summary>
    public WriteBatchCorruptionKind Kind { get; init; }

    /// <summary>Offset in the batch, in bytes, of the tag at fault; of its end, if the count is wrong.</summary>
    public int Offset { get; init; }

    /// <summary>How many bytes of the batch were not delivered.</summary>
    public int Bytes { get; init; }

    /// <summary>The reason, in RocksDB's words (<c>db/write_batch.cc</c>).</summary>
    public string Reason => Kind switch
    {
        WriteBatchCorruptionKind.TooSmall => "log record too small",
        WriteBatchCorruptionKind.UnknownTag => string.Create(CultureInfo.InvariantCulture, $"unknown WriteBatch tag: {(byte)Tag}"),
        WriteBatchCorruptionKind.WrongCount => "WriteBatch has wrong count",
        _ => Tag switch
        {
            BatchTag.Deletion or BatchTag.ColumnFamilyDeletion or BatchTag.SingleDeletion or BatchTag.ColumnFamilySingleDeletion =>
                "bad WriteBatch Delete",
            BatchTag.Value or BatchTag.ColumnFamilyValue => "bad WriteBatch Put",
            BatchTag.Merge or BatchTag.ColumnFamilyMerge => "bad WriteBatch Merge",
            BatchTag.LogData => "bad WriteBatch Blob",
            BatchTag.RangeDeletion or BatchTag.ColumnFamilyRangeDeletion => "bad WriteBatch DeleteRange",
            BatchTag.BlobIndex or BatchTag.ColumnFamilyBlobIndex => "bad WriteBatch BlobIndex",
            BatchTag.WideColumnEntity or BatchTag.ColumnFamilyWideColumnEntity => "bad WriteBatch PutEntity",
            BatchTag.ValuePreferredSeqno or BatchTag.ColumnFamilyValuePreferredSeqno => "bad WriteBatch TimedPut",
            BatchTag.EndPrepareXid => "bad EndPrepare XID",
            BatchTag.CommitXid => "bad Commit XID",
            BatchTag.CommitXidAndTimestamp => "bad Commit XID and timestamp",
            BatchTag.RollbackXid => "bad Rollback XID",
            _ => "bad WriteBatch operation",
        },
    };

    internal BatchTag Tag { get; init; }
}
