using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Writing;

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
/// not contiguous: a range of elements is sent if it lies within one requested key, and the keys in a range of metadata are deleted one by
/// one. The lengths in a batch that is not sent as a whole are encoded in the shortest form, as RocksDB writes them.
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

    private readonly WriteBatchBuilder _output = new();

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
        _output.Clear(batch.Sequence);
        bool isWhole = true;
        foreach (WriteBatchOperation operation in batch)
        {
            isWhole &= Process(operation);
        }

        return _output.Count == 0 ? default
            : isWhole && batch.Finding is null ? batch.Payload.ToArray()
            : _output.Build().ToArray();
    }

    /// <summary>Adds what is sent of the operation to the output. Returns true if the operation is sent unchanged.</summary>
    private bool Process(in WriteBatchOperation operation)
    {
        if (operation.Type == OperationType.LogData)
        {
            if (KvrocksLogData.Read(operation.Value).Kind == KvrocksLogDataKind.Server)
            {
                return false;
            }

            _output.Add(operation);
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
            _output.Add(operation);
            return true;
        }

        if (operation.Type == OperationType.DeleteRange)
        {
            ProcessRange(operation, family);
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

        _output.Add(operation);
        return true;
    }

    private bool IsWanted(ReadOnlySpan<byte> bytes, KvrocksColumnFamily family)
    {
        // Keys of the column families for search contain the namespace, but no slot.
        if (!MetadataKey.TryRead(bytes, _hasSlot && family.HasKeys, out MetadataKey key) || !IsWantedNamespace(key.Namespace))
        {
            return false;
        }

        _known.GetAlternateLookup<ReadOnlySpan<byte>>().Add(key.Namespace);
        return _slots is not { } slots || (family.HasKeys && RedisSlot.OfStored(bytes, family, key) is { } slot && slots.Contains(slot));
    }

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

        if (operation.Type.IsDelete)
        {
            _keys.Remove(operation.Key.ToArray());
        }
        else
        {
            _keys.Add(operation.Key.ToArray());
        }
    }

    private void ProcessRange(in WriteBatchOperation operation, KvrocksColumnFamily family)
    {
        byte[] begin = operation.Key.ToArray();
        byte[] end = operation.EndKey.ToArray();
        if (_keys is not null)
        {
            // Other ranges of elements contain those of keys that are deleted as well.
            if (IsWithinKey(begin, end, family))
            {
                _output.DeleteRange(begin, end, operation.ColumnFamily);
            }
            else
            {
                DeleteEach(begin, end, operation.ColumnFamily, family);
            }

            return;
        }

        foreach (byte[] ns in NamespacesIn(begin))
        {
            (byte[] first, byte[] after) = PartOf(ns);
            byte[] from = Compare(begin, first) > 0 ? begin : first;
            byte[] to = after.Length == 0 || Compare(end, after) < 0 ? end : after;
            if (Compare(from, to) < 0)
            {
                _output.DeleteRange(from, to, operation.ColumnFamily);
            }
        }
    }

    /// <summary>
    /// Returns whether a range contains only elements of one requested key, as that of a stream which is trimmed and that of a t-digest
    /// which is reset.
    /// </summary>
    private bool IsWithinKey(byte[] begin, byte[] end, KvrocksColumnFamily family)
    {
        if (!family.HasElements || !SubkeyKey.TryRead(begin, _hasSlot, out SubkeyKey first) || !IsWanted(begin, family))
        {
            return false;
        }

        int version = begin.Length - first.Subkey.Length - sizeof(ulong);
        return end.AsSpan().StartsWith(begin.AsSpan(0, version)) && Compare(begin, end) < 0;
    }

    private void DeleteEach(byte[] begin, byte[] end, uint id, KvrocksColumnFamily family)
    {
        if (family != KvrocksColumnFamily.Metadata || Compare(begin, end) >= 0)
        {
            return;
        }

        foreach (byte[] key in _keys!.GetViewBetween(begin, end).Where(key => Compare(key, end) < 0).ToArray())
        {
            _output.Delete(key, id);
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
    /// Returns the first wanted key of a namespace, and the first key after all of them; empty if no key can be after them.
    /// </summary>
    private (byte[] First, byte[] End) PartOf(byte[] ns)
    {
        byte[] prefix = [(byte)ns.Length, .. ns];
        if (_slots is not { } slots)
        {
            return (prefix, KeyPrefix.EndOf(prefix));
        }

        return (
            [.. prefix, (byte)(slots.First >> 8), (byte)slots.First],
            KeyPrefix.EndOf([.. prefix, (byte)(slots.Last >> 8), (byte)slots.Last]));
    }

    private static int Compare(byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y);
}
