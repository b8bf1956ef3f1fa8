using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Coding;
using WalParser.WideColumns;

namespace WalParser.Writing;

/// <summary>
/// Builds write batches, byte for byte as RocksDB's <c>WriteBatch</c> does (<c>db/write_batch.cc</c>): any operation, also those of transactions. It grows with
/// the largest batch and allocates nothing else, so that one instance serves for many batches, one after the other.
/// <code>
/// log.Write(batch.Clear(sequence).Put("key"u8, "value"u8).Delete("other"u8).Build().Span);
/// </code>
/// Where a method takes a column family, 0 is <c>default</c>; where it takes a timestamp, that is written behind the key, and its size must have been declared in
/// the log. What would make the batch larger than <see cref="MaxLength"/> throws an <see cref="InvalidOperationException"/>, and leaves it as it was.
/// An instance is not safe for use by several threads at once.
/// </summary>
public sealed class WriteBatchBuilder
{
    private const int FirstCapacity = 256;

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

    /// <summary>
    /// The greatest size of a batch, in bytes, as RocksDB's <c>max_bytes</c>; by default that of an array, a little less than 2 GiB. The operation that does not
    /// fit throws.
    /// </summary>
    public int MaxLength { get; init; } = Array.MaxLength;

    /// <summary>
    /// Whether operations in column family 0 get the form of tag that names their family. RocksDB reads that, but writes it for other families only; false by
    /// default. <see cref="Clear"/> leaves it.
    /// </summary>
    public bool NamesDefaultFamily { get; set; }

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

    /// <summary>The same, with the blob index still to be serialized.</summary>
    public WriteBatchBuilder PutBlobIndex(
        ReadOnlySpan<byte> key, BlobIndex blobIndex, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        PutBlobIndex(key, blobIndex.ToArray(), columnFamily, timestamp);

    /// <summary>Sets a key to a wide-column entity.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entity">The entity, as RocksDB serializes it.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder PutEntity(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> entity, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.WideColumnEntity, BatchTag.ColumnFamilyWideColumnEntity, columnFamily, key, timestamp, entity);

    /// <summary>The same, with the entity still to be serialized: <see cref="WideColumnEntity.Serialize"/>.</summary>
    /// <exception cref="ArgumentException">Two columns have the same name, or what is to be a blob index is none.</exception>
    public WriteBatchBuilder PutEntity(
        ReadOnlySpan<byte> key, IEnumerable<NewWideColumn> columns, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        PutEntity(key, WideColumnEntity.Serialize(columns), columnFamily, timestamp);

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
    public WriteBatchBuilder LogData(ReadOnlySpan<byte> data) => Add(BatchTag.LogData, null, new Field(data));

    /// <summary>Begins the prepared section of a write-committed transaction.</summary>
    public WriteBatchBuilder BeginPrepare() => Add(BatchTag.BeginPrepareXid);

    /// <summary>Begins the prepared section of a write-prepared transaction.</summary>
    public WriteBatchBuilder BeginPersistedPrepare() => Add(BatchTag.BeginPersistedPrepareXid);

    /// <summary>Begins a part of a write-unprepared transaction.</summary>
    public WriteBatchBuilder BeginUnprepare() => Add(BatchTag.BeginUnprepareXid);

    /// <summary>Ends the prepared section of the transaction that it names.</summary>
    public WriteBatchBuilder EndPrepare(ReadOnlySpan<byte> xid) => Add(BatchTag.EndPrepareXid, null, new Field(xid));

    /// <summary>Commits a transaction.</summary>
    public WriteBatchBuilder Commit(ReadOnlySpan<byte> xid) => Add(BatchTag.CommitXid, null, new Field(xid));

    /// <summary>Commits a transaction at a commit timestamp.</summary>
    public WriteBatchBuilder CommitWithTimestamp(ReadOnlySpan<byte> xid, ReadOnlySpan<byte> timestamp) =>
        Add(BatchTag.CommitXidAndTimestamp, null, new Field(timestamp), new Field(xid));

    /// <summary>Rolls a transaction back.</summary>
    public WriteBatchBuilder Rollback(ReadOnlySpan<byte> xid) => Add(BatchTag.RollbackXid, null, new Field(xid));

    /// <summary>Adds a Noop.</summary>
    public WriteBatchBuilder Noop() => Add(BatchTag.Noop);

    /// <summary>Adds an operation of another batch as it stands there, in the same form of tag; its varints become as short as they can be.</summary>
    /// <exception cref="ArgumentException">It is the default value, and no operation of any batch.</exception>
    public WriteBatchBuilder Add(WriteBatchOperation operation)
    {
        var tag = (BatchTag)operation.Tag;
        switch (operation.Type)
        {
            case OperationType.BeginPrepare or OperationType.Noop:
                return Add(tag);
            case OperationType.CommitWithTimestamp:
                return CommitWithTimestamp(operation.Xid, operation.Timestamp);
            case OperationType.LogData:
                return LogData(operation.Value);
            case OperationType.EndPrepare or OperationType.Commit or OperationType.Rollback:
                return Add(tag, null, new Field(operation.Xid));
        }

        if (Unsafe.IsNullRef(in MemoryMarshal.GetReference(operation.KeyWithTimestamp)))
        {
            // The default value would pass for the deletion of an empty key; but that key is in a batch's bytes, if an empty part of them.
            throw new ArgumentException("It is no operation of a batch.", nameof(operation));
        }

        Span<byte> time = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(time, operation.WriteTimeSeconds.GetValueOrDefault());
        Field second = operation.Type switch
        {
            OperationType.Delete or OperationType.SingleDelete => default,
            OperationType.DeleteRange => new Field(operation.EndKey, operation.EndTimestamp),
            OperationType.TimedPut => new Field(operation.Value, time),
            _ => new Field(operation.Value),
        };
        return Add(tag, operation.HasColumnFamily ? operation.ColumnFamily : null, new Field(operation.KeyWithTimestamp), second, isCounted: true);
    }

    /// <summary>
    /// Adds the operations of a whole batch, as RocksDB's <c>WriteBatchInternal::Append</c> does: their bytes as they are, damaged ones too, and what its header
    /// says of their number is added to <see cref="Count"/>, modulo 2³².
    /// </summary>
    /// <exception cref="ArgumentException">It has no header.</exception>
    public WriteBatchBuilder Append(WriteBatch batch)
    {
        if (batch.Payload.Length < WriteBatch.HeaderSize)
        {
            throw new ArgumentException("A batch without a header has no operations.", nameof(batch));
        }

        AddRaw(batch.Payload[WriteBatch.HeaderSize..]);
        Count = unchecked(Count + batch.Count);
        return this;
    }

    /// <summary>Adds bytes as they are, which need be no operation, and count as none: for batches that are wrong on purpose.</summary>
    public WriteBatchBuilder AddRaw(ReadOnlySpan<byte> bytes)
    {
        // What is added may be this batch's own bytes, which the growth leaves behind, but does not change.
        bytes.CopyTo(Grow(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    private WriteBatchBuilder AddKey(
        BatchTag tag, BatchTag tagWithFamily, uint columnFamily, ReadOnlySpan<byte> key, ReadOnlySpan<byte> timestamp, Field second = default)
    {
        // As RocksDB does, the default family is not named.
        bool isNamed = columnFamily != 0 || NamesDefaultFamily;
        return Add(isNamed ? tagWithFamily : tag, isNamed ? columnFamily : null, new Field(key, timestamp), second, isCounted: true);
    }

    private WriteBatchBuilder AddPair(
        BatchTag tag,
        BatchTag tagWithFamily,
        uint columnFamily,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> timestamp,
        ReadOnlySpan<byte> value,
        ReadOnlySpan<byte> behindValue = default) =>
        AddKey(tag, tagWithFamily, columnFamily, key, timestamp, new Field(value, behindValue));

    /// <summary>Adds an operation. Its size is reckoned first, so that nothing of it is written if it does not fit.</summary>
    private WriteBatchBuilder Add(
        BatchTag tag, uint? columnFamily = null, scoped Field first = default, scoped Field second = default, bool isCounted = false)
    {
        Span<byte> room = Grow(1 + (columnFamily is { } id ? Varint.SizeOf(id) : 0) + first.Size + second.Size);
        room[0] = (byte)tag;
        int length = 1;
        if (columnFamily is { } named)
        {
            length += Varint.Write(room[length..], named);
        }

        length += first.Write(room[length..]);
        length += second.Write(room[length..]);
        _length += length;
        if (isCounted)
        {
            Count++;
        }

        return this;
    }

    private Span<byte> Grow(long count)
    {
        long needed = _length + count;
        if (needed > MaxLength)
        {
            throw new InvalidOperationException($"The batch would have {needed} bytes, more than its greatest size of {MaxLength}.");
        }

        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Clamp(2L * _bytes.Length, needed, Array.MaxLength));
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>A length and as many bytes, which come in two parts; the default value is none at all.</summary>
    private readonly ref struct Field(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more = default)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private readonly ReadOnlySpan<byte> _more = more;
        private readonly bool _isThere = true;

        public long Size => _isThere ? Varint.SizeOf((ulong)Length) + Length : 0;

        private long Length => (long)_bytes.Length + _more.Length;

        public int Write(Span<byte> output)
        {
            if (!_isThere)
            {
                return 0;
            }

            int length = Varint.Write(output, (ulong)Length);
            _bytes.CopyTo(output[length..]);
            _more.CopyTo(output[(length + _bytes.Length)..]);
            return length + _bytes.Length + _more.Length;
        }
    }
}
