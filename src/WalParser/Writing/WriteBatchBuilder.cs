using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Coding;
using WalParser.WideColumns;

namespace WalParser.Writing;

/// <summary>
/// Builds write batches with the same bytes as RocksDB's <c>WriteBatch</c> (<c>db/write_batch.cc</c>): any operation, also those of
/// transactions. Its buffer grows to the size of the largest batch, and it allocates nothing else, so that one instance can build many
/// batches one after the other.
/// <code>
/// log.Write(batch.Clear(sequence).Put("key"u8, "value"u8).Delete("other"u8).Build().Span);
/// </code>
/// The column family 0 is <c>default</c>. A timestamp is written after the key, and its size must have been declared in the log. A method
/// that would make the batch larger than <see cref="MaxLength"/> throws an <see cref="InvalidOperationException"/>, and the batch does not
/// change. An instance is not safe for use by several threads at once.
/// </summary>
public sealed class WriteBatchBuilder
{
    private const int FirstCapacity = 256;

    private byte[] _bytes = new byte[FirstCapacity];
    private int _length = WriteBatch.HeaderSize;

    /// <summary>Creates a builder with a batch without operations.</summary>
    /// <param name="sequence">The sequence number of the first operation.</param>
    public WriteBatchBuilder(ulong sequence = 0) => Sequence = sequence;

    /// <summary>
    /// The sequence number of the first operation. RocksDB does not accept a number above <see cref="WriteBatch.MaxSequence"/>; the builder
    /// does.
    /// </summary>
    public ulong Sequence { get; set; }

    /// <summary>The number of operations that change a key, which the header states.</summary>
    public uint Count { get; private set; }

    /// <summary>
    /// The greatest size of a batch, in bytes, as RocksDB's <c>max_bytes</c>. The default is the greatest length of an array, a little less
    /// than 2 GiB.
    /// </summary>
    public int MaxLength { get; init; } = Array.MaxLength;

    /// <summary>
    /// Whether operations in column family 0 get the form of tag that names their family. RocksDB reads this form, but writes it for other
    /// families only. The default is false. <see cref="Clear"/> does not change it.
    /// </summary>
    public bool NamesDefaultFamily { get; set; }

    /// <summary>The size of the batch so far, in bytes.</summary>
    public int Length => _length;

    /// <summary>Removes all operations, and begins another batch.</summary>
    public WriteBatchBuilder Clear(ulong sequence = 0)
    {
        Sequence = sequence;
        Count = 0;
        _length = WriteBatch.HeaderSize;
        return this;
    }

    /// <summary>Returns the batch. The bytes are valid until the next call of a method of the builder.</summary>
    public ReadOnlyMemory<byte> Build()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes, Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(sizeof(ulong)), Count);
        return _bytes.AsMemory(0, _length);
    }

    /// <summary>Sets a key to a value.</summary>
    public WriteBatchBuilder Put(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.Value, BatchTag.ColumnFamilyValue, columnFamily, key, timestamp, value);

    /// <summary>Deletes a key.</summary>
    public WriteBatchBuilder Delete(ReadOnlySpan<byte> key, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddKey(BatchTag.Deletion, BatchTag.ColumnFamilyDeletion, columnFamily, key, timestamp);

    /// <summary>Deletes a key that was put only once.</summary>
    public WriteBatchBuilder SingleDelete(ReadOnlySpan<byte> key, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddKey(BatchTag.SingleDeletion, BatchTag.ColumnFamilySingleDeletion, columnFamily, key, timestamp);

    /// <summary>Deletes the keys from <paramref name="begin"/> to <paramref name="end"/>, exclusive. Both get the same timestamp.</summary>
    public WriteBatchBuilder DeleteRange(
        ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.RangeDeletion, BatchTag.ColumnFamilyRangeDeletion, columnFamily, begin, timestamp, end, timestamp);

    /// <summary>Adds a merge operand to a key.</summary>
    public WriteBatchBuilder Merge(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.Merge, BatchTag.ColumnFamilyMerge, columnFamily, key, timestamp, operand);

    /// <summary>Sets a key to a value in a blob file.</summary>
    /// <param name="key">The key.</param>
    /// <param name="blobIndex">The encoded blob index.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder PutBlobIndex(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> blobIndex, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.BlobIndex, BatchTag.ColumnFamilyBlobIndex, columnFamily, key, timestamp, blobIndex);

    /// <summary>Encodes a blob index, and sets a key to the value in the blob file.</summary>
    public WriteBatchBuilder PutBlobIndex(
        ReadOnlySpan<byte> key, BlobIndex blobIndex, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        PutBlobIndex(key, blobIndex.ToArray(), columnFamily, timestamp);

    /// <summary>Sets a key to a wide-column entity.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entity">The serialized entity.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder PutEntity(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> entity, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        AddPair(BatchTag.WideColumnEntity, BatchTag.ColumnFamilyWideColumnEntity, columnFamily, key, timestamp, entity);

    /// <summary>Sets a key to a wide-column entity, which <see cref="WideColumnEntity.Serialize"/> serializes.</summary>
    /// <exception cref="ArgumentException">Two columns have the same name, or a blob index is not valid.</exception>
    public WriteBatchBuilder PutEntity(
        ReadOnlySpan<byte> key, IEnumerable<NewWideColumn> columns, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default) =>
        PutEntity(key, WideColumnEntity.Serialize(columns), columnFamily, timestamp);

    /// <summary>Sets a key to a value with a write time.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="writeTime">The write time, in seconds since 1970.</param>
    /// <param name="columnFamily">The column family.</param>
    /// <param name="timestamp">The timestamp.</param>
    public WriteBatchBuilder TimedPut(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong writeTime, uint columnFamily = 0, ReadOnlySpan<byte> timestamp = default)
    {
        Span<byte> time = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(time, writeTime);
        return AddPair(BatchTag.ValuePreferredSeqno, BatchTag.ColumnFamilyValuePreferredSeqno, columnFamily, key, timestamp, value, time);
    }

    /// <summary>Adds data for the log, which changes no key.</summary>
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

    /// <summary>Adds an operation of another batch with the same form of tag. Its varints become as short as possible.</summary>
    /// <exception cref="ArgumentException">The operation is the default value, which is not an operation of a batch.</exception>
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
            // The default value looks like the deletion of an empty key. But that key would be an empty part of the bytes of a batch.
            throw new ArgumentException("The default value is not an operation of a batch.", nameof(operation));
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
        uint? columnFamily = operation.HasColumnFamily ? operation.ColumnFamily : null;
        return Add(tag, columnFamily, new Field(operation.KeyWithTimestamp), second, isCounted: true);
    }

    /// <summary>
    /// Adds the operations of a whole batch, as RocksDB's <c>WriteBatchInternal::Append</c> does. It copies their bytes, also those of
    /// damaged operations, and adds the count in the header of the batch to <see cref="Count"/>, modulo 2³².
    /// </summary>
    /// <exception cref="ArgumentException">The batch has no header.</exception>
    public WriteBatchBuilder Append(WriteBatch batch)
    {
        if (batch.Payload.Length < WriteBatch.HeaderSize)
        {
            throw new ArgumentException("The batch has no header.", nameof(batch));
        }

        AddRaw(batch.Payload[WriteBatch.HeaderSize..]);
        Count = unchecked(Count + batch.Count);
        return this;
    }

    /// <summary>
    /// Adds bytes without a change and without a check. They need not be an operation, and do not change <see cref="Count"/>.
    /// </summary>
    public WriteBatchBuilder AddRaw(ReadOnlySpan<byte> bytes)
    {
        // The bytes may be those of this batch. Growing replaces the buffer, but does not change the old one.
        bytes.CopyTo(Grow(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    private WriteBatchBuilder AddKey(
        BatchTag tag,
        BatchTag tagWithFamily,
        uint columnFamily,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> timestamp,
        Field second = default)
    {
        // As in RocksDB, the tag for the default family does not name it.
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
        ReadOnlySpan<byte> afterValue = default) =>
        AddKey(tag, tagWithFamily, columnFamily, key, timestamp, new Field(value, afterValue));

    /// <summary>Adds an operation. It computes the size first, so that it writes nothing if the operation does not fit.</summary>
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

    /// <summary>A length and that number of bytes, which are given in two parts. The default value is no field.</summary>
    private readonly ref struct Field(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more = default)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private readonly ReadOnlySpan<byte> _more = more;
        private readonly bool _isPresent = true;

        public long Size => _isPresent ? Varint.SizeOf((ulong)Length) + Length : 0;

        private long Length => (long)_bytes.Length + _more.Length;

        public int Write(Span<byte> output)
        {
            if (!_isPresent)
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
