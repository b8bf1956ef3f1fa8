using WalParser.Batches;
using WalParser.Databases;
using WalParser.Kvrocks.Keys;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// An operation that a Kvrocks server wrote, at which a <see cref="KvrocksWalIterator"/> stood. What it is, its class says:
/// <code>
/// switch (items.Current)
/// {
///     case PutItem { Family: KvrocksColumnFamily.Metadata } put: … put.Key, put.Value … break;
///     case DeleteRangeItem range: … range.Key, range.EndKey … break;
/// }
/// </code>
/// or <see cref="Accept"/> calls the visitor's method for it. It is immutable and owns its bytes, so that it may be kept and given to other
/// threads. That costs one object and one array an item; who needs neither goes through the operations of <see cref="WalUpdates"/>.
/// </summary>
public abstract class WalItem
{
    private protected WalItem(in WriteBatchOperation operation, in WalItemPlace place)
    {
        File = place.File;
        Offset = place.Offset;
        BatchSequence = place.BatchSequence;
        Break = place.Break;
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

    /// <summary>The WAL in which it lies.</summary>
    public WalFile File { get; }

    /// <summary>Where in the WAL the record begins that holds its batch, in bytes.</summary>
    public long Offset { get; }

    /// <summary>The sequence number with which its batch begins.</summary>
    public ulong BatchSequence { get; }

    /// <summary>Its own sequence number; of log data, which takes none, that of the operation behind it.</summary>
    public ulong Sequence { get; }

    /// <summary>
    /// Set on the first item behind a place where the WALs do not continue themselves, or do not hold what was sought: a gap, an overlap or a duplicate.
    /// </summary>
    public SequenceFinding? Break { get; }

    /// <summary>The id of the column family; 0 for log data, which has none.</summary>
    public uint ColumnFamily { get; }

    /// <summary>What that column family holds; <see cref="KvrocksColumnFamily.Other"/> for log data.</summary>
    public KvrocksColumnFamily Family { get; }

    /// <summary>
    /// The stored key, for <see cref="MetadataKey"/> and <see cref="SubkeyKey"/>; the first key of a <see cref="DeleteRangeItem"/>; empty for log data.
    /// </summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>The stored value, or the log data's bytes; empty where there is no value.</summary>
    public virtual ReadOnlyMemory<byte> Value => Rest;

    /// <summary>What kind of operation it is.</summary>
    internal OperationType Operation { get; }

    /// <summary>Whether it changes a key, and has a column family.</summary>
    internal bool HasKey { get; }

    /// <summary>What stands behind the key: a value, or the end of a range.</summary>
    private protected ReadOnlyMemory<byte> Rest { get; }

    /// <summary>Calls the method that <paramref name="visitor"/> has for this kind of item.</summary>
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
