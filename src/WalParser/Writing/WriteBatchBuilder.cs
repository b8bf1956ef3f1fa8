using System.Buffers.Binary;
using WalParser.Batches;

namespace WalParser.Writing;

/// <summary>
/// Builds write batches, byte for byte as RocksDB's <c>WriteBatch</c> does (<c>db/write_batch.cc</c>): any operation, also those of transactions. It grows with
/// the largest batch and allocates nothing else, so that one instance serves for many batches, one after the other.
/// <code>
/// log.Write(batch.Clear(sequence).Put("key"u8, "value"u8).Delete("other"u8).Build().Span);
/// </code>
/// Where a method takes a column family, 0 is <c>default</c>; where it takes a timestamp, that is written behind the key, and its size must have been declared in
/// the log. An instance is not safe for use by several threads at once.
/// </summary>
public sealed class WriteBatchBuilder
{
    private const int FirstCapacity = 256;
    private const int MaxVarint32Size = 5;

    private byte[] _bytes = new byte[FirstCapacity];
    private int _length = WriteBatch.HeaderSize;

    /// <summary>A batch without operations.</summary>
    /// <param name="sequence">See <see cref="Sequence"/>.</param>
    public WriteBatchBuilder(ulong sequence = 0) => Sequence = sequence;

    /// <summary>The sequence number of the first operation. RocksDB accepts none above <see cref="WriteBatch.MaxSequence"/>; here any is written.</summary>
    public ulong Sequence { get; set; }

    /// <summary>How many operations change a key. The header says so, unless <see cref="ClaimedCount"/> says something else.</summary>
    public uint Count { get; private set; }

    /// <summary>What the header says instead of <see cref="Count"/>, wrongly and on purpose; null for the truth.</summary>
    public uint? ClaimedCount { get; set; }

    /// <summary>The size of the batch so far, in bytes.</summary>
    public int Length => _length;

    /// <summary>Begins another batch in the place of this one.</summary>
    public WriteBatchBuilder Clear(ulong sequence = 0)
    {
        Sequence = sequence;
        Count = 0;
        ClaimedCount = null;
        _length = WriteBatch.HeaderSize;
        return this;
    }

    /// <summary>The batch as it is now. The bytes are valid until the builder is used again.</summary>
    public ReadOnlyMemory<byte> Build()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes, Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(sizeof(ulong)), ClaimedCount ?? Count);
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>Sets a key to a value.</summary>
    public WriteBatchBuilder Put(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.Value, BatchTag.ColumnFamilyValue, columnFamily, key, timestamp, value);

    /// <summary>Deletes a key.</summary>
    public WriteBatchBuilder Delete(ReadOnlySpan<byte> key, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddKey(BatchTag.Deletion, BatchTag.ColumnFamilyDeletion, columnFamily, key, timestamp);

    /// <summary>Deletes a key that was put once only.</summary>
    public WriteBatchBuilder SingleDelete(ReadOnlySpan<byte> key, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddKey(BatchTag.SingleDeletion, BatchTag.ColumnFamilySingleDeletion, columnFamily, key, timestamp);

    /// <summary>Deletes the keys from <paramref name="begin"/> up to, not including, <paramref name="end"/>. Both get the same timestamp.</summary>
    public WriteBatchBuilder DeleteRange(
        ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.RangeDeletion, BatchTag.ColumnFamilyRangeDeletion, columnFamily, begin, timestamp, end, timestamp);

    /// <summary>Adds a merge operand to a key.</summary>
    public WriteBatchBuilder Merge(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.Merge, BatchTag.ColumnFamilyMerge, columnFamily, key, timestamp, operand);

    /// <summary>Sets a key to a value that lies in a blob file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="blobIndex">The blob index, as RocksDB encodes it.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder PutBlobIndex(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> blobIndex, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.BlobIndex, BatchTag.ColumnFamilyBlobIndex, columnFamily, key, timestamp, blobIndex);

    /// <summary>Sets a key to a wide-column entity.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entity">The entity, as RocksDB serializes it.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder PutEntity(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> entity, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.WideColumnEntity, BatchTag.ColumnFamilyWideColumnEntity, columnFamily, key, timestamp, entity);

    /// <summary>Sets a key to a value that counts as written at a time.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="writeTime">In seconds since 1970.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder TimedPut(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong writeTime, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default)
    {
        Span<byte> time = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(time, writeTime);
        return AddPair(BatchTag.ValuePreferredSeqno, BatchTag.ColumnFamilyValuePreferredSeqno, columnFamily, key, timestamp, value, time);
    }

    /// <summary>Adds bytes for the log alone; no key changes.</summary>
    public WriteBatchBuilder LogData(ReadOnlySpan<byte> data) => AddMark(BatchTag.LogData).AddField(data);

    /// <summary>Begins the prepared section of a write-committed transaction.</summary>
    public WriteBatchBuilder BeginPrepare() => AddMark(BatchTag.BeginPrepareXid);

    /// <summary>Begins the prepared section of a write-prepared transaction.</summary>
    public WriteBatchBuilder BeginPersistedPrepare() => AddMark(BatchTag.BeginPersistedPrepareXid);

    /// <summary>Begins a part of a write-unprepared transaction.</summary>
    public WriteBatchBuilder BeginUnprepare() => AddMark(BatchTag.BeginUnprepareXid);

    /// <summary>Ends the prepared section of the transaction that it names.</summary>
    public WriteBatchBuilder EndPrepare(ReadOnlySpan<byte> xid) => AddMark(BatchTag.EndPrepareXid).AddField(xid);

    /// <summary>Commits a transaction.</summary>
    public WriteBatchBuilder Commit(ReadOnlySpan<byte> xid) => AddMark(BatchTag.CommitXid).AddField(xid);

    /// <summary>Commits a transaction at a commit timestamp.</summary>
    public WriteBatchBuilder CommitWithTimestamp(ReadOnlySpan<byte> xid, ReadOnlySpan<byte> timestamp) =>
        AddMark(BatchTag.CommitXidAndTimestamp).AddField(timestamp).AddField(xid);

    /// <summary>Rolls a transaction back.</summary>
    public WriteBatchBuilder Rollback(ReadOnlySpan<byte> xid) => AddMark(BatchTag.RollbackXid).AddField(xid);

    /// <summary>Adds a Noop.</summary>
    public WriteBatchBuilder Noop() => AddMark(BatchTag.Noop);

    /// <summary>Adds an operation of another batch as it stands there, in the same form of tag; its varints become as short as they can be.</summary>
    public WriteBatchBuilder Add(WriteBatchOperation operation)
    {
        AddMark((BatchTag)operation.Tag);
        switch (operation.Type)
        {
            case OperationType.BeginPrepare or OperationType.Noop:
                return this;
            case OperationType.CommitWithTimestamp:
                return AddField(operation.Timestamp).AddField(operation.Xid);
            case OperationType.LogData:
                return AddField(operation.Value);
            case OperationType.EndPrepare or OperationType.Commit or OperationType.Rollback:
                return AddField(operation.Xid);
        }

        Count++;
        if (operation.HasColumnFamily)
        {
            AddVarint32(operation.ColumnFamily);
        }

        AddField(operation.KeyWithTimestamp);
        switch (operation.Type)
        {
            case OperationType.Delete or OperationType.SingleDelete:
                return this;
            case OperationType.DeleteRange:
                return AddField(operation.EndKey, operation.EndTimestamp);
            case OperationType.TimedPut:
                Span<byte> time = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(time, operation.WriteTime.GetValueOrDefault());
                return AddField(operation.Value, time);
            default:
                return AddField(operation.Value);
        }
    }

    /// <summary>Adds bytes as they are, which need be no operation, and count as none: for batches that are wrong on purpose.</summary>
    public WriteBatchBuilder AddRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Grow(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    private WriteBatchBuilder AddKey(
        BatchTag tag, BatchTag tagWithFamily, uint columnFamily, ReadOnlySpan<byte> key, ReadOnlySpan<byte> timestamp)
    {
        // As RocksDB does, the default family is not named.
        Count++;
        if (columnFamily == 0)
        {
            AddMark(tag);
        }
        else
        {
            AddMark(tagWithFamily).AddVarint32(columnFamily);
        }

        return AddField(key, timestamp);
    }

    private WriteBatchBuilder AddPair(
        BatchTag tag,
        BatchTag tagWithFamily,
        uint columnFamily,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> timestamp,
        ReadOnlySpan<byte> value,
        ReadOnlySpan<byte> behindValue = default) =>
        AddKey(tag, tagWithFamily, columnFamily, key, timestamp).AddField(value, behindValue);

    private WriteBatchBuilder AddMark(BatchTag tag)
    {
        Grow(1)[0] = (byte)tag;
        _length++;
        return this;
    }

    /// <summary>A length and as many bytes, which come in two parts.</summary>
    private WriteBatchBuilder AddField(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more = default) =>
        AddVarint32((uint)checked(bytes.Length + more.Length)).AddRaw(bytes).AddRaw(more);

    private WriteBatchBuilder AddVarint32(uint value)
    {
        Span<byte> room = Grow(MaxVarint32Size);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        _length += length;
        return this;
    }

    private Span<byte> Grow(int count)
    {
        int needed = checked(_length + count);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Clamp(2L * _bytes.Length, needed, Array.MaxLength));
        }

        return _bytes.AsSpan(_length);
    }
}
