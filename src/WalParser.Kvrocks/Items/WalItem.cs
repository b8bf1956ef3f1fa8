using WalParser.Batches;
using WalParser.Databases;
using WalParser.Kvrocks.Keys;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// An operation that a Kvrocks server wrote, from a <see cref="KvrocksWalIterator"/>. Its class shows the kind of operation:
/// <code>
/// switch (items.Current)
/// {
///     case PutItem { Family: KvrocksColumnFamily.Metadata } put: … put.Key, put.Value … break;
///     case DeleteRangeItem range: … range.Key, range.EndKey … break;
/// }
/// </code>
/// and <see cref="Accept"/> calls the method of a visitor for it. An item is immutable and owns its bytes, so it may be kept and shared
/// between threads. It costs one object and one array; <see cref="WalUpdates"/> reads the same operations without them.
/// </summary>
public abstract class WalItem
{
    private protected WalItem(in WriteBatchOperation operation, in WalItemPlace place)
    {
        File = place.File;
        Offset = place.Offset;
        BatchSequence = place.BatchSequence;
        SequenceFinding = place.SequenceFinding;
        Operation = operation.Type;
        HasKey = operation.HasKey;
        Sequence = operation.Sequence;
        ColumnFamily = operation.ColumnFamily;
        Family = operation.HasKey ? place.Family : KvrocksColumnFamily.Other;
        int keyLength = operation.Key.Length;
        byte[] bytes = new byte[keyLength + Math.Max(operation.Value.Length, operation.EndKey.Length)];
        operation.Key.CopyTo(bytes);
        operation.Value.CopyTo(bytes.AsSpan(keyLength));
        operation.EndKey.CopyTo(bytes.AsSpan(keyLength));
        Key = bytes.AsMemory(0, keyLength);
        Rest = bytes.AsMemory(keyLength);
    }

    /// <summary>The WAL that contains the item.</summary>
    public WalFile File { get; }

    /// <summary>The offset in the WAL, in bytes, of the record that contains the batch.</summary>
    public long Offset { get; }

    /// <summary>The sequence number of the batch.</summary>
    public ulong BatchSequence { get; }

    /// <summary>The sequence number of the item; for log data, which takes none, that of the next operation.</summary>
    public ulong Sequence { get; }

    /// <summary>
    /// The gap, overlap or duplicate of sequence numbers before the item; null if the item continues the one before, or contains the sought
    /// number.
    /// </summary>
    public SequenceFinding? SequenceFinding { get; }

    /// <summary>The id of the column family; 0 for log data, which has none.</summary>
    public uint ColumnFamily { get; }

    /// <summary>The column family, as Kvrocks uses it; <see cref="KvrocksColumnFamily.Other"/> for log data.</summary>
    public KvrocksColumnFamily Family { get; }

    /// <summary>
    /// The stored key, for <see cref="MetadataKey"/> and <see cref="SubkeyKey"/>; the first key of a <see cref="DeleteRangeItem"/>; empty
    /// for log data.
    /// </summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>The stored value, or the log data; empty if the operation has none.</summary>
    public virtual ReadOnlyMemory<byte> Value => Rest;

    /// <summary>The type of operation.</summary>
    internal OperationType Operation { get; }

    /// <summary>Whether the operation changes a key, and has a column family.</summary>
    internal bool HasKey { get; }

    /// <summary>The bytes after the key: a value, or the end of a range.</summary>
    private protected ReadOnlyMemory<byte> Rest { get; }

    /// <summary>Calls the method of <paramref name="visitor"/> for this kind of item.</summary>
    public abstract void Accept(IWalItemVisitor visitor);

    internal static WalItem Of(in WriteBatchOperation operation, in WalItemPlace place) => operation.Type switch
    {
        OperationType.Put => new PutItem(operation, place),
        OperationType.Delete or OperationType.SingleDelete => new DeleteItem(operation, place),
        OperationType.DeleteRange => new DeleteRangeItem(operation, place),
        OperationType.LogData => new LogDataItem(operation, place),
        _ => new OtherItem(operation, place),
    };
}
