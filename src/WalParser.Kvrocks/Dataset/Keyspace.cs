using System.Diagnostics.CodeAnalysis;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The dataset that a log builds up, in memory. It is given the batches in order, and has the keys that the server has.
/// <code>
/// var keyspace = new Keyspace();
/// keyspace.Apply(ref batch);                                     // for each batch
/// BatchChanges changes = keyspace.ApplyWithChanges(ref batch);   // or this, for the changes of the batch
/// foreach (KeyspaceKey key in keyspace.Keys) { … }
/// </code>
/// <para>
/// The dataset follows from the stored records, not from the log data. Each element belongs to a version of its key, and the metadata of
/// the key has the current version. Elements whose metadata has not been read yet are kept as orphans, up to a limit. Expiry deletes
/// nothing: <see cref="KeyspaceKey.ExistsAt"/> returns whether a key exists at a time.
/// </para>
/// <para>
/// Elements of an earlier version of a key are dead. RENAME and COPY carry a version to another key, and may bring it back to a key that
/// had it, with the elements that are still stored there. Dead elements are therefore kept as long as any key, expired or not, has their
/// version, up to a limit, and are forgotten at the end of the batch after which none has it. A server behaves the same until it compacts
/// its files, which no log shows: then it drops dead elements earlier.
/// </para>
/// <para>
/// Any bytes can be applied: operations that cannot be read are reported, and change nothing. An instance is not thread-safe.
/// </para>
/// </summary>
public sealed partial class Keyspace
{
    private readonly KeyspaceOptions _options;
    private readonly Dictionary<byte[], KeyspaceKey> _keys = new(ByteStringComparer.Instance);
    private readonly Dictionary<KeyspaceKey, Touch> _touched = [];
    private readonly List<Touch> _touchedInOrder = [];
    private readonly DeadElements _dead = new();

    /// <summary>The stored keys that have metadata, in order; created by the first range deletion.</summary>
    private SortedSet<byte[]>? _order;

    /// <summary>The elements of the families default and stream; each is created by the first deletion of a range over many keys.</summary>
    private ElementOrder? _elementOrder;
    private ElementOrder? _streamOrder;

    private byte[] _lookup = new byte[256];
    private long _batchNumber;

    /// <summary>Creates an empty keyspace.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Keyspace(KeyspaceOptions? options = null)
    {
        _options = options ?? new KeyspaceOptions();
        SlotEncoding = _options.SlotEncoding;
        _history = _options.SlotEncoding == SlotEncoding.Unknown ? [] : null;
    }

    /// <summary>Whether keys have their cluster slot, as far as it is known.</summary>
    public SlotEncoding SlotEncoding { get; private set; }

    /// <summary>
    /// All keys with metadata, expired or not, in no particular order. They must not be enumerated while a batch is applied.
    /// </summary>
    public IEnumerable<KeyspaceKey> Keys => _keys.Values.Where(key => key.MetadataValue is not null);

    /// <summary>
    /// The number of elements that are kept although the metadata of their version has not been read, because the key may have been created
    /// before the log begins.
    /// </summary>
    public long OrphanCount { get; private set; }

    /// <summary>The number of such elements that were dropped because of <see cref="KeyspaceOptions.MaxOrphans"/>.</summary>
    public long DroppedOrphanCount { get; private set; }

    /// <summary>
    /// The number of dead elements that were dropped because of <see cref="KeyspaceOptions.MaxDeadElements"/>. A key to which their version
    /// came back afterwards lacks them.
    /// </summary>
    public long DroppedDeadElementCount { get; private set; }

    /// <summary>The number of operations so far that could not be read.</summary>
    public long UndecodableCount { get; private set; }

    private bool HasSlot => SlotEncoding == SlotEncoding.On;

    /// <summary>Returns a key, expired or not; null if there is none.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="userKey">The key as the user knows it.</param>
    public KeyspaceKey? Find(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> userKey) =>
        ns.Length <= byte.MaxValue
        && _keys.TryGetValue(MetadataKey.Compose(ns, userKey, HasSlot), out KeyspaceKey? key)
        && key.MetadataValue is not null
            ? key
            : null;

    /// <summary>
    /// Applies a batch. Damage to it is reported by <see cref="WriteBatch.Finding"/> afterwards; the operations before the damage are
    /// applied.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public void Apply(ref WriteBatch batch) => Apply(ref batch, null);

    /// <summary>Applies a batch like <see cref="Apply(ref WriteBatch)"/>, and returns the changes that it made.</summary>
    /// <param name="batch">The next batch of the log.</param>
    public BatchChanges ApplyWithChanges(ref WriteBatch batch)
    {
        var record = new BatchRecord();
        Apply(ref batch, record);
        return new BatchChanges(record.Keys, record.Ranges, record.LogData, record.Undecodable, record.Restored);
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

    /// <summary>Applies an operation on a key; returns the reason if it cannot be read, else null.</summary>
    private string? TryApply(in StoredOperation operation, int index, BatchRecord? record)
    {
        if (operation.Family == KvrocksColumnFamily.ZSetScore)
        {
            ChangeScore(operation, index);
            return null;
        }

        if (operation.Family is not (KvrocksColumnFamily.Metadata or KvrocksColumnFamily.Default or KvrocksColumnFamily.Stream)
            || operation.DeletesNothing)
        {
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
        KeyspaceKey? key = isPut ? GetOrAdd(storedKey) : TryFind(storedKey, out KeyspaceKey? known) ? known : null;
        SubkeyGroup? group = key is null ? null : TakeBack(key, subkey.Version.Value, operation.IsStream, index);
        if (key is null || (!isPut && key.MetadataValue is null && group is null))
        {
            return null;
        }

        TouchKey(key, index);
        group ??= key.AddGroup(new SubkeyGroup(subkey.Version.Value, operation.IsStream));
        if (isPut)
        {
            group.Put(subkey.Subkey, operation.Value, isTracked);
        }
        else
        {
            group.Remove(subkey.Subkey, isTracked);
        }

        NoteElements(key, group, couldBeFirst: isPut);
        return null;
    }

    /// <summary>Notes an entry of <c>zset_score</c>, which repeats a member in <c>default</c> behind its score.</summary>
    private void ChangeScore(in StoredOperation operation, int index)
    {
        if ((operation.Type.IsPut || operation.Type.IsDelete)
            && SubkeyKey.TryRead(operation.Key, HasSlot, out SubkeyKey subkey)
            && TryFind(StoredKeyOf(operation.Key, subkey), out KeyspaceKey? key)
            && TakeBack(key, subkey.Version.Value, isStream: false, index) is { } group)
        {
            TouchKey(key, index);
            group.NoteScore(subkey.Subkey, operation.Type.IsPut);
        }
    }

    /// <summary>
    /// Returns the metadata key of a subkey: the subkey without the length before the user's key and everything after that key.
    /// </summary>
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

    /// <summary>A key that the current batch has touched.</summary>
    private sealed class Touch(KeyspaceKey key, byte[]? before, int firstOperation)
    {
        public KeyspaceKey Key { get; } = key;

        public byte[]? Before { get; } = before;

        public int FirstOperation { get; } = firstOperation;

        public bool IsByRange { get; set; }

        /// <summary>The version before the batch; set at its end, as is <see cref="StateAfter"/>.</summary>
        public VersionState StateBefore { get; set; }

        public VersionState StateAfter { get; set; }
    }
}
