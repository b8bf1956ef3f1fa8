using System.Globalization;
using WalParser.Findings;

namespace WalParser.Batches;

/// <summary>The reasons of damage to a write batch that depend on the tag, in RocksDB's words (<c>db/write_batch.cc</c>).</summary>
internal static class BatchReason
{
    /// <summary>Returns the reason for a finding at a tag; null if it does not depend on the tag.</summary>
    public static string? Of(FindingKind kind, BatchTag tag) => kind switch
    {
        FindingKind.UnknownBatchTag => string.Create(CultureInfo.InvariantCulture, $"unknown WriteBatch tag: {(byte)tag}"),
        FindingKind.BadBatchOperation => tag switch
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
        _ => null,
    };
}
