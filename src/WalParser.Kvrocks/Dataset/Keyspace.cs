using System.Diagnostics.CodeAnalysis;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The dataset that a log builds up, in memory: give it the batches in their order, and it has the keys as the server has them.
/// <code>
/// var keyspace = new Keyspace();
/// keyspace.Apply(ref batch);                                     // for each batch
/// BatchChanges changes = keyspace.ApplyWithChanges(ref batch);   // or so, to learn what the batch did
/// foreach (KeyspaceKey key in keyspace.Keys) { … }
/// </code>
/// <para>
/// What counts are the stored records, not the log data. Elements belong to a life (version) of their key; which life is the current
/// one, its metadata says. Elements of lives before it are forgotten at the end of a batch. Elements of a life whose metadata has not come (yet)
/// are kept as orphans, up to a limit. Expiry takes nothing away: ask a key whether it exists at a time.
/// </para>
/// <para>Any bytes can be applied: what makes no sense is reported, and changes nothing. Not thread-safe.</para>
/// </summary>
public sealed partial class Keyspace
{
    private readonly KeyspaceOptions _options;
    private readonly Dictionary<byte[], KeyspaceKey> _keys = new(ByteStringComparer.Instance);
    private readonly Dictionary<KeyspaceKey, Touch> _touched = [];
    private readonly List<Touch> _touchedInOrder = [];

    /// <summary>The stored keys that have metadata, in order; made when the first range deletion asks for it.</summary>
    private SortedSet<byte[]>? _order;

    private byte[] _lookup = new byte[256];

    /// <summary>An empty keyspace.</summary>
    public Keyspace(KeyspaceOptions? options = null)
    {
        _options = options ?? new KeyspaceOptions();
        SlotEncoding = _options.SlotEncoding;
        _history = _options.SlotEncoding == SlotEncoding.Unknown ? [] : null;
    }

    /// <summary>Whether keys carry their cluster slot, as far as it is known.</summary>
    public SlotEncoding SlotEncoding { get; private set; }

    /// <summary>All keys whose metadata is there, expired or not, in no particular order. Not to be gone through while a batch is applied.</summary>
    public IEnumerable<KeyspaceKey> Keys => _keys.Values.Where(key => key.MetadataValue is not null);

    /// <summary>How many elements there are whose key's metadata has not been seen, and which may belong to a life that the log does not show the beginning of.</summary>
    public long OrphanCount { get; private set; }

    /// <summary>How many elements of that kind were dropped because there were too many.</summary>
    public long DroppedOrphanCount { get; private set; }

    /// <summary>How many operations could not be read, so far.</summary>
    public long UndecodableCount { get; private set; }

    private bool HasSlot => SlotEncoding == SlotEncoding.On;

    /// <summary>A key, expired or not; null if there is none.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="userKey">The key as the user knows it.</param>
    public KeyspaceKey? Find(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> userKey) =>
        ns.Length <= byte.MaxValue
        && _keys.TryGetValue(MetadataKey.Compose(ns, userKey, HasSlot), out KeyspaceKey? key)
        && key.MetadataValue is not null
            ? key
            : null;

    /// <summary>Applies a batch. Damage to it stands in <see cref="WriteBatch.Corruption"/> afterwards; the operations before it were applied.</summary>
    public void Apply(ref WriteBatch batch) => Apply(ref batch, null);

    /// <summary>Applies a batch, and says what it did.</summary>
    public BatchChanges ApplyWithChanges(ref WriteBatch batch)
    {
        var record = new BatchRecord();
        Apply(ref batch, record);
        return new BatchChanges(record.Keys, record.Ranges, record.LogData, record.Undecodable);
    }

    private void Apply(ref WriteBatch batch, BatchRecord? record)
    {
        DetectSlots(batch);
        int index = 0;
        foreach (WriteBatchOperation operation in batch)
        {
            Apply(operation, index++, record);
        }

        EndBatch(record);
    }

    private void Apply(in WriteBatchOperation operation, int index, BatchRecord? record)
    {
        if (operation.Type == OperationType.LogData)
        {
            record?.LogData.Add(new BatchLogData(index, operation.Value.ToArray()));
        }
        else if (operation.HasKey)
        {
            KvrocksColumnFamily family = _options.Families[operation.ColumnFamily];
            var stored = new StoredOperation(operation.Type, family, operation.Key, operation.Value, operation.EndKey);
            Remember(stored);
            if (TryApply(stored, index, record) is not { } reason)
            {
                return;
            }

            UndecodableCount++;
            record?.Undecodable.Add(
                new Undecodable(index, operation.Sequence, operation.ColumnFamily, reason, operation.Key.ToArray()));
        }
    }

    /// <summary>Applies an operation on a key, or says why it cannot be.</summary>
    private string? TryApply(in StoredOperation operation, int index, BatchRecord? record)
    {
        if (operation.Family is not (KvrocksColumnFamily.Metadata or KvrocksColumnFamily.Default or KvrocksColumnFamily.Stream))
        {
            // zset_score says again what default says; the other families hold no keys.
            return null;
        }

        if (operation.Type == OperationType.DeleteRange)
        {
            DeleteRange(operation, index, record);
            return null;
        }

        bool isPut = operation.Type.IsPut;
        if (!isPut && !operation.Type.IsDelete)
        {
            return $"Kvrocks writes no {operation.Type}";
        }

        return operation.Family != KvrocksColumnFamily.Metadata ? ChangeElement(operation, isPut, index, isTracked: record is not null)
            : isPut ? PutMetadata(operation, index)
            : DeleteMetadata(operation, index);
    }

    private string? PutMetadata(in StoredOperation operation, int index)
    {
        if (!MetadataKey.TryRead(operation.Key, HasSlot, out _))
        {
            return "metadata key too short";
        }

        if (!KvrocksMetadata.TryRead(operation.Value, out _, out string? reason))
        {
            return reason;
        }

        KeyspaceKey key = GetOrAdd(operation.Key);
        TouchKey(key, index);
        if (key.MetadataValue is null)
        {
            _order?.Add(key.StoredKeyArray);
        }

        key.MetadataValue = operation.Value.ToArray();
        return null;
    }

    private string? DeleteMetadata(in StoredOperation operation, int index)
    {
        if (!MetadataKey.TryRead(operation.Key, HasSlot, out _))
        {
            return "metadata key too short";
        }

        if (TryFind(operation.Key, out KeyspaceKey? key) && key.MetadataValue is not null)
        {
            TouchKey(key, index);
            key.MetadataValue = null;
            _order?.Remove(key.StoredKeyArray);
        }

        return null;
    }

    private string? ChangeElement(in StoredOperation operation, bool isPut, int index, bool isTracked)
    {
        if (!SubkeyKey.TryRead(operation.Key, HasSlot, out SubkeyKey subkey))
        {
            return "subkey too short";
        }

        ReadOnlySpan<byte> storedKey = StoredKeyOf(operation.Key, subkey);
        KeyspaceKey? key;
        if (isPut)
        {
            key = GetOrAdd(storedKey);
        }
        else if (!TryFind(storedKey, out key) || (key.MetadataValue is null && key.FindGroup(subkey.Version.Value, operation.IsStream) is null))
        {
            return null;
        }

        TouchKey(key, index);
        SubkeyGroup group = key.GroupOf(subkey.Version.Value, operation.IsStream);
        if (isPut)
        {
            group.Put(subkey.Subkey, operation.Value, isTracked);
        }
        else
        {
            group.Remove(subkey.Subkey, isTracked);
        }

        return null;
    }

    /// <summary>The metadata key that belongs to a subkey: the same without the length in the middle and what stands behind the user's key.</summary>
    private ReadOnlySpan<byte> StoredKeyOf(ReadOnlySpan<byte> bytes, in SubkeyKey subkey)
    {
        int start = 1 + subkey.Namespace.Length + (HasSlot ? sizeof(ushort) : 0);
        int length = start + subkey.UserKey.Length;
        if (_lookup.Length < length)
        {
            _lookup = new byte[Math.Max(length, 2 * _lookup.Length)];
        }

        bytes[..start].CopyTo(_lookup);
        subkey.UserKey.CopyTo(_lookup.AsSpan(start));
        return _lookup.AsSpan(0, length);
    }

    private bool TryFind(ReadOnlySpan<byte> storedKey, [NotNullWhen(true)] out KeyspaceKey? key) =>
        _keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(storedKey, out key);

    private KeyspaceKey GetOrAdd(ReadOnlySpan<byte> storedKey)
    {
        if (!TryFind(storedKey, out KeyspaceKey? key))
        {
            key = new KeyspaceKey(storedKey.ToArray(), HasSlot);
            _keys.Add(key.StoredKeyArray, key);
        }

        return key;
    }

    private Touch TouchKey(KeyspaceKey key, int index)
    {
        if (!_touched.TryGetValue(key, out Touch? touch))
        {
            touch = new Touch(key, key.MetadataValue, index);
            _touched.Add(key, touch);
            _touchedInOrder.Add(touch);
        }

        return touch;
    }

    /// <summary>A key that the batch at hand touched.</summary>
    private sealed class Touch(KeyspaceKey key, byte[]? before, int firstOperation)
    {
        public KeyspaceKey Key { get; } = key;

        public byte[]? Before { get; } = before;

        public int FirstOperation { get; } = firstOperation;

        public bool IsByRange { get; set; }
    }
}
