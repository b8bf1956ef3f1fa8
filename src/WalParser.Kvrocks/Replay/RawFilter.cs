using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Reduces a batch to the operations that are sent. Removes operations that were not requested, and always removes operations that belong
/// to the server that wrote them:
/// <list type="bullet">
/// <item>published messages (column family pubsub): the replicas of the target would publish them again;</item>
/// <item>column family propagate: the replication id and the namespaces of the server, which would replace those of the target;</item>
/// <item>log data with the id of a replication: in the log of the target it makes replicas start a full synchronization (Kvrocks,
/// <c>PSYNC</c> with <c>use-rsid-psync</c>);</item>
/// <item>column families that Kvrocks does not use.</item>
/// </list>
/// Deleted ranges are reduced to the requested keys. If slots are requested and the keys do not contain their slot, the requested keys are
/// not contiguous, and the keys in the range are deleted one by one.
/// </summary>
internal sealed class RawFilter
{
    private readonly IReadOnlyCollection<ReadOnlyMemory<byte>>? _namespaces;
    private readonly SlotRange? _slots;
    private readonly KvrocksColumnFamilies _families;
    private readonly bool _hasSlot;
    private readonly HashSet<byte[]> _known = new(ByteStringComparer.Instance);

    /// <summary>
    /// The existing metadata keys of the requested slots, if the keys in a range cannot be derived from its bounds; otherwise null.
    /// </summary>
    private readonly SortedSet<byte[]>? _keys;

    public RawFilter(CommandOptions options, SlotRange? slots)
    {
        if (slots is not null && options.Keyspace.SlotEncoding == SlotEncoding.Unknown)
        {
            throw new ArgumentException("To send only some slots, the slot encoding of the keys must be known.", nameof(options));
        }

        _namespaces = options.Namespaces;
        _slots = slots;
        _families = options.Keyspace.Families;
        _hasSlot = options.Keyspace.SlotEncoding == SlotEncoding.On;
        _keys = slots is not null && !_hasSlot ? new SortedSet<byte[]>(ByteStringComparer.Instance) : null;
    }

    /// <summary>
    /// Returns the batch to send, which may be an unchanged copy, or empty memory if no remaining operation changes a key.
    /// </summary>
    /// <param name="batch">The batch. Operations after damage in the batch are not sent.</param>
    public ReadOnlyMemory<byte> Process(WriteBatch batch)
    {
        WriteBatch.Enumerator operations = batch.GetEnumerator();
        RawBatchWriter output = new(batch.Sequence);
        bool isWhole = true;
        int start = WriteBatch.HeaderSize;
        while (operations.MoveNext())
        {
            WriteBatchOperation operation = operations.Current;
            ReadOnlySpan<byte> bytes = operations.Payload[start..operations.Position];
            start = operations.Position;
            isWhole &= Process(operation, bytes, output);
        }

        return output.Count == 0 ? default
            : isWhole && batch.Corruption is null ? operations.Payload.ToArray()
            : output.ToBytes();
    }

    /// <summary>Adds what is sent of the operation to <paramref name="output"/>. Returns true if the operation is sent unchanged.</summary>
    private bool Process(in WriteBatchOperation operation, ReadOnlySpan<byte> bytes, RawBatchWriter output)
    {
        if (operation.Type == OperationType.LogData)
        {
            if (KvrocksLogData.Read(operation.Value).Kind == KvrocksLogDataKind.Server)
            {
                return false;
            }

            output.Add(bytes, isCounted: false);
            return true;
        }

        KvrocksColumnFamily family = _families[operation.ColumnFamily];
        if (!operation.HasKey || family is KvrocksColumnFamily.Other or KvrocksColumnFamily.PubSub or KvrocksColumnFamily.Propagate)
        {
            // Transaction markers, which Kvrocks does not write, would prepare transactions in the target that are never committed.
            return false;
        }

        if (_namespaces is null && _slots is null)
        {
            output.Add(bytes, isCounted: true);
            return true;
        }

        if (operation.Type == OperationType.DeleteRange)
        {
            ProcessRange(operation, family, output);
            return false;
        }

        if (!IsWanted(operation.Key, family))
        {
            return false;
        }

        if (family == KvrocksColumnFamily.Metadata)
        {
            Track(operation);
        }

        output.Add(bytes, isCounted: true);
        return true;
    }

    private bool IsWanted(ReadOnlySpan<byte> bytes, KvrocksColumnFamily family)
    {
        // Keys of the column families for search contain the namespace, but no slot.
        bool isOfKeys = family is KvrocksColumnFamily.Metadata
            or KvrocksColumnFamily.Default
            or KvrocksColumnFamily.ZSetScore
            or KvrocksColumnFamily.Stream;
        if (!MetadataKey.TryRead(bytes, _hasSlot && isOfKeys, out MetadataKey key) || !IsWantedNamespace(key.Namespace))
        {
            return false;
        }

        _known.GetAlternateLookup<ReadOnlySpan<byte>>().Add(key.Namespace);
        return _slots is not { } slots || (isOfKeys && RedisSlotOf(bytes, family, key) is { } slot && slots.Contains(slot));
    }

    private static int? RedisSlotOf(ReadOnlySpan<byte> bytes, KvrocksColumnFamily family, in MetadataKey key) =>
        key.Slot is { } stored ? stored
        : family == KvrocksColumnFamily.Metadata ? RedisSlot.Of(key.UserKey)
        : SubkeyKey.TryRead(bytes, hasSlot: false, out SubkeyKey subkey) ? RedisSlot.Of(subkey.UserKey)
        : null;

    private bool IsWantedNamespace(ReadOnlySpan<byte> ns)
    {
        if (_namespaces is null)
        {
            return true;
        }

        foreach (ReadOnlyMemory<byte> wanted in _namespaces)
        {
            if (wanted.Span.SequenceEqual(ns))
            {
                return true;
            }
        }

        return false;
    }

    private void Track(in WriteBatchOperation operation)
    {
        if (_keys is null)
        {
            return;
        }

        if (operation.Type is OperationType.Delete or OperationType.SingleDelete)
        {
            _keys.Remove(operation.Key.ToArray());
        }
        else
        {
            _keys.Add(operation.Key.ToArray());
        }
    }

    private void ProcessRange(in WriteBatchOperation operation, KvrocksColumnFamily family, RawBatchWriter output)
    {
        byte[] begin = operation.Key.ToArray();
        byte[] end = operation.EndKey.ToArray();
        if (_keys is not null)
        {
            // Ranges in other column families contain elements of keys that are deleted as well, or records without a slot.
            DeleteEach(begin, end, operation.ColumnFamily, family, output);
            return;
        }

        foreach (byte[] ns in NamespacesIn(begin))
        {
            (byte[] first, byte[] after) = PartOf(ns);
            byte[] from = Compare(begin, first) > 0 ? begin : first;
            byte[] to = after.Length == 0 || Compare(end, after) < 0 ? end : after;
            if (Compare(from, to) < 0)
            {
                output.AddRangeDeletion(operation.ColumnFamily, from, to);
            }
        }
    }

    private void DeleteEach(byte[] begin, byte[] end, uint id, KvrocksColumnFamily family, RawBatchWriter output)
    {
        if (family != KvrocksColumnFamily.Metadata || Compare(begin, end) >= 0)
        {
            return;
        }

        foreach (byte[] key in _keys!.GetViewBetween(begin, end).Where(key => Compare(key, end) < 0).ToArray())
        {
            output.AddDeletion(id, key);
            _keys!.Remove(key);
        }
    }

    /// <summary>
    /// Returns the namespaces that may have keys in the range: the requested namespaces or, if all are requested, those seen so far and
    /// the namespace of the beginning of the range.
    /// </summary>
    private IEnumerable<byte[]> NamespacesIn(byte[] begin)
    {
        if (_namespaces is not null)
        {
            return _namespaces.Select(ns => ns.ToArray());
        }

        if (begin.Length > 0 && begin.Length > begin[0])
        {
            _known.Add(begin[1..(1 + begin[0])]);
        }

        return _known.Order(ByteStringComparer.Instance);
    }

    /// <summary>
    /// Returns the bounds of the requested keys of a namespace: the first key, and the first key after them, which is empty if no key can
    /// follow.
    /// </summary>
    private (byte[] First, byte[] After) PartOf(byte[] ns)
    {
        byte[] prefix = [(byte)ns.Length, .. ns];
        if (_slots is not { } slots)
        {
            return (prefix, After(prefix));
        }

        return ([.. prefix, (byte)(slots.First >> 8), (byte)slots.First], After([.. prefix, (byte)(slots.Last >> 8), (byte)slots.Last]));
    }

    private static byte[] After(byte[] prefix)
    {
        int last = Array.FindLastIndex(prefix, value => value != byte.MaxValue);
        if (last < 0)
        {
            return [];
        }

        byte[] after = prefix[..(last + 1)];
        after[last]++;
        return after;
    }

    private static int Compare(byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y);
}
