namespace WalParser.Batches;

/// <summary>
/// The tag byte of a write batch's record: <c>ValueType</c> in RocksDB's <c>db/dbformat.h</c>, as <c>db/write_batch.cc</c> uses it.
/// In the forms with a column family, its id, a varint32, stands between the tag and the key; the others are for family 0.
/// <see cref="BatchTagTraits"/> has what follows from each tag.
/// </summary>
internal enum BatchTag : byte
{
    Deletion = 0x00,
    Value = 0x01,
    Merge = 0x02,
    LogData = 0x03,
    ColumnFamilyDeletion = 0x04,
    ColumnFamilyValue = 0x05,
    ColumnFamilyMerge = 0x06,
    SingleDeletion = 0x07,
    ColumnFamilySingleDeletion = 0x08,
    BeginPrepareXid = 0x09,
    EndPrepareXid = 0x0A,
    CommitXid = 0x0B,
    RollbackXid = 0x0C,
    Noop = 0x0D,
    ColumnFamilyRangeDeletion = 0x0E,
    RangeDeletion = 0x0F,
    ColumnFamilyBlobIndex = 0x10,
    BlobIndex = 0x11,
    BeginPersistedPrepareXid = 0x12,
    BeginUnprepareXid = 0x13,
    CommitXidAndTimestamp = 0x15,
    WideColumnEntity = 0x16,
    ColumnFamilyWideColumnEntity = 0x17,
    ValuePreferredSeqno = 0x18,
    ColumnFamilyValuePreferredSeqno = 0x19,
}
