using System.Buffers.Binary;
using WalParser.Coding;

namespace WalParser.Batches;

/// <summary>
/// One operation of a write batch, read in place. Its spans are bytes of the batch and are valid as long as those, which for a record is
/// until the next read of the reader. A property that does not apply to the type of operation is empty, zero or null.
/// </summary>
public readonly ref struct WriteBatchOperation
{
    private const int WriteTimeSize = sizeof(ulong);

    private readonly ReadOnlySpan<byte> _first;
    private readonly ReadOnlySpan<byte> _second;
    private readonly BatchTag _tag;
    private readonly ushort _timestampSize;

    internal WriteBatchOperation(
        BatchTag tag, ulong sequence, uint columnFamily, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int timestampSize)
    {
        _tag = tag;
        Sequence = sequence;
        ColumnFamily = columnFamily;
        _first = first;
        _second = second;
        _timestampSize = (ushort)timestampSize;
    }

    /// <summary>The type of operation.</summary>
    public OperationType Type => BatchTagTraits.Of(_tag).Type;

    /// <summary>The tag byte, as in the batch.</summary>
    public byte Tag => (byte)_tag;

    /// <summary>
    /// The sequence number of the operation (see <see cref="SequenceNumbering"/>). An operation that takes none (log data, a mark of a
    /// transaction) has the number that the next operation takes. In the section of a write-committed transaction it is the number that the
    /// operation would have if it were committed at that place; the commit determines the actual number.
    /// </summary>
    public ulong Sequence { get; }

    /// <summary>Whether the operation changes a key: it then has a column family and a key, counts, and takes a sequence number.</summary>
    public bool HasKey => (Form & BatchTagForm.Key) != 0;

    /// <summary>The id of the column family; 0 is <c>default</c>.</summary>
    public uint ColumnFamily { get; }

    /// <summary>
    /// The key, without its timestamp; the first key of a <see cref="OperationType.DeleteRange"/>. A key that is shorter than the declared
    /// timestamp is returned whole.
    /// </summary>
    public ReadOnlySpan<byte> Key => HasKey ? _first[..^TimestampSizeOf(_first)] : default;

    /// <summary>The key as in the batch, with its timestamp; the first key of a <see cref="OperationType.DeleteRange"/>.</summary>
    public ReadOnlySpan<byte> KeyWithTimestamp => HasKey ? _first : default;

    /// <summary>
    /// The user-defined timestamp at the end of the key; for a <see cref="OperationType.CommitWithTimestamp"/>, the commit timestamp.
    /// </summary>
    public ReadOnlySpan<byte> Timestamp =>
        HasKey ? _first[^TimestampSizeOf(_first)..]
        : _tag == BatchTag.CommitXidAndTimestamp ? _first
        : default;

    /// <summary>The key, without its timestamp, before which a <see cref="OperationType.DeleteRange"/> ends.</summary>
    public ReadOnlySpan<byte> EndKey => IsRange ? _second[..^TimestampSizeOf(_second)] : default;

    /// <summary>The user-defined timestamp at the end of <see cref="EndKey"/>. RocksDB writes the same one as for the first key.</summary>
    public ReadOnlySpan<byte> EndTimestamp => IsRange ? _second[^TimestampSizeOf(_second)..] : default;

    /// <summary>
    /// The value, merge operand, blob index or serialized entity; for a <see cref="OperationType.LogData"/>, the log data. The value of a
    /// <see cref="OperationType.TimedPut"/> is without the write time that follows it.
    /// </summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            BatchTagForm form = Form;
            if ((form & BatchTagForm.Key) == 0)
            {
                return _tag == BatchTag.LogData ? _first : default;
            }

            return (form & (BatchTagForm.EndKey | BatchTagForm.WriteTime)) == 0 ? _second
                : (form & BatchTagForm.EndKey) != 0 ? default
                : _second[..^WriteTimeSize];
        }
    }

    /// <summary>The name of the transaction that is prepared, committed or rolled back.</summary>
    public ReadOnlySpan<byte> Xid => Type switch
    {
        OperationType.EndPrepare or OperationType.Commit or OperationType.Rollback => _first,
        OperationType.CommitWithTimestamp => _second,
        _ => default,
    };

    /// <summary>
    /// The time at which the value of a <see cref="OperationType.TimedPut"/> counts as written; null for other operations, and for a time
    /// after the year 9999, which only <see cref="WriteTimeSeconds"/> has.
    /// </summary>
    public DateTimeOffset? WriteTime => UnixSeconds.ToTime(WriteTimeSeconds);

    /// <summary><see cref="WriteTime"/> as it is stored: in seconds since 1970; null for other operations.</summary>
    public ulong? WriteTimeSeconds => IsTimed ? BinaryPrimitives.ReadUInt64LittleEndian(_second[^WriteTimeSize..]) : null;

    /// <summary>
    /// Whether a <see cref="OperationType.BeginPrepare"/> begins a section whose operations RocksDB writes to the memtable when it is
    /// prepared, not when it is committed: the section of a write-prepared transaction, or the last one of a write-unprepared transaction
    /// (<c>kTypeBeginPersistedPrepareXID</c> in <c>db/dbformat.h</c>).
    /// </summary>
    public bool IsPersistedPrepare => _tag == BatchTag.BeginPersistedPrepareXid;

    /// <summary>
    /// Whether a <see cref="OperationType.BeginPrepare"/> begins a part of a write-unprepared transaction after which more parts may
    /// follow.
    /// </summary>
    public bool IsUnprepared => _tag == BatchTag.BeginUnprepareXid;

    /// <summary>Whether the tag is of a form with a column family.</summary>
    internal bool HasColumnFamily => (Form & BatchTagForm.ColumnFamily) != 0;

    private BatchTagForm Form => BatchTagTraits.Of(_tag).Form;

    private bool IsRange => (Form & BatchTagForm.EndKey) != 0;

    private bool IsTimed => (Form & BatchTagForm.WriteTime) != 0;

    private int TimestampSizeOf(ReadOnlySpan<byte> key) => key.Length >= _timestampSize ? _timestampSize : 0;
}
