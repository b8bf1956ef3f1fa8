using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// A key of a <see cref="Keyspace"/>: a view of its current state, which the next batch changes. The memory that it returns belongs to the
/// keyspace, which replaces it and never changes it. Elements that cannot be read as elements of the type are left out; see
/// <see cref="IsComplete"/>.
/// </summary>
public sealed partial class KeyspaceKey
{
    /// <summary>The number of versions whose elements are kept from one batch to the next.</summary>
    internal const int ManyGroups = 16;

    private readonly byte[] _storedKey;
    private readonly int _userKeyStart;
    private List<SubkeyGroup>? _groups;

    /// <summary>The groups by version, while there are many, as in a batch that creates a key again and again.</summary>
    private Dictionary<(ulong Version, bool IsStream), SubkeyGroup>? _index;

    internal KeyspaceKey(byte[] storedKey, bool hasSlot)
    {
        _storedKey = storedKey;
        _userKeyStart = 1 + storedKey[0] + (hasSlot ? sizeof(ushort) : 0);
        HasSlot = hasSlot;
    }

    /// <summary>The namespace; <c>__namespace</c> is the default one.</summary>
    public ReadOnlyMemory<byte> Namespace => _storedKey.AsMemory(1, _storedKey[0]);

    /// <summary>The key as the user knows it.</summary>
    public ReadOnlyMemory<byte> UserKey => _storedKey.AsMemory(_userKeyStart);

    /// <summary>The cluster slot; null if keys have none.</summary>
    public ushort? Slot => MetadataKey.TryRead(_storedKey, HasSlot, out MetadataKey key) ? key.Slot : null;

    /// <summary>The key as it is stored in the column family <c>metadata</c>.</summary>
    public ReadOnlyMemory<byte> StoredKey => _storedKey;

    /// <summary>The value of the metadata as it is stored.</summary>
    public ReadOnlyMemory<byte> StoredMetadata => MetadataValue;

    /// <summary>The metadata.</summary>
    public KvrocksMetadata Metadata =>
        KvrocksMetadata.TryRead(MetadataValue, out KvrocksMetadata metadata, out _) ? metadata : default;

    /// <summary>The type.</summary>
    public KvrocksType Type => Metadata.Type;

    /// <summary>
    /// The time at which the key expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.
    /// </summary>
    public DateTimeOffset? Expiry => UnixMilliseconds.ToExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds => Metadata.ExpiryMilliseconds;

    /// <summary>The number of known elements of the current version.</summary>
    public int ElementCount => Live?.Values.Count ?? 0;

    /// <summary>
    /// Whether as many elements as the metadata counts are known and readable. There are fewer if the log begins after the creation of the
    /// key, or if the server has miscounted. There are more if RENAME or COPY has brought a version back to the key, with elements that lay
    /// there: the server reads these, but does not count them. True for a type whose metadata does not count elements (strings, bitmaps,
    /// newer types and so on).
    /// </summary>
    public bool IsComplete => Type.CountsElements ? (ulong)CountElements() >= Metadata.Size : HasCountedParts();

    /// <summary>All elements of the current version as they are stored, subkey and value, in the order of RocksDB.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Elements
    {
        get
        {
            foreach ((byte[] subkey, byte[] value) in Sorted())
            {
                yield return new(subkey, value);
            }
        }
    }

    /// <summary>The size of the elements of the current version, in the measure of <see cref="SubkeyGroup.Size"/>.</summary>
    internal long ElementsSize => Live?.Size ?? 0;

    internal byte[] StoredKeyArray => _storedKey;

    internal bool HasSlot { get; }

    /// <summary>The value of the metadata; null if only elements are known.</summary>
    internal byte[]? MetadataValue { get; set; }

    internal IReadOnlyList<SubkeyGroup> Groups => _groups ?? [];

    /// <summary>The number of groups of elements whose version the key no longer has, and another key has.</summary>
    internal int DeadGroupCount { get; set; }

    /// <summary>
    /// While there are such groups: the number of the last batch before or after which the metadata was known, and its version.
    /// </summary>
    internal (long Batch, ulong Version) LastKnown { get; set; }

    internal SubkeyGroup? Live
    {
        get
        {
            KvrocksMetadata metadata = Metadata;
            return metadata.HasVersion ? FindGroup(metadata.Version.Value, metadata.Type == KvrocksType.Stream) : null;
        }
    }

    /// <summary>Returns whether the key exists at a time, as a server would report it.</summary>
    /// <param name="time">The time; it counts to the millisecond.</param>
    public bool ExistsAt(DateTimeOffset time) => MetadataValue is not null && Metadata.ExistsAt(time);

    /// <summary>Finds the stored value of an element of the current version.</summary>
    /// <param name="subkey">The element, as it is stored.</param>
    /// <param name="value">The stored value.</param>
    /// <returns>False if there is no such element.</returns>
    public bool TryGetElement(ReadOnlySpan<byte> subkey, out ReadOnlyMemory<byte> value)
    {
        byte[]? stored = null;
        bool isThere = Live is { } live && live.TryGet(subkey, out stored);
        value = stored;
        return isThere;
    }

    internal SubkeyGroup? FindGroup(ulong version, bool isStream)
    {
        if (_index is not null)
        {
            return _index.GetValueOrDefault((version, isStream));
        }

        if (_groups is not null)
        {
            foreach (SubkeyGroup group in _groups)
            {
                if (group.Version == version && group.IsStream == isStream)
                {
                    return group;
                }
            }
        }

        return null;
    }

    internal SubkeyGroup AddGroup(SubkeyGroup group)
    {
        _groups ??= [];
        _groups.Add(group);
        if (_groups.Count > ManyGroups)
        {
            _index ??= _groups.SkipLast(1).ToDictionary(other => (other.Version, other.IsStream));
            _index.Add((group.Version, group.IsStream), group);
        }

        return group;
    }

    internal void DropGroups(Predicate<SubkeyGroup> isDead)
    {
        _groups?.RemoveAll(isDead);
        _index = _groups?.Count > ManyGroups ? _groups.ToDictionary(group => (group.Version, group.IsStream)) : null;
    }

    private List<KeyValuePair<byte[], byte[]>> Sorted()
    {
        if (Live is not { } live)
        {
            return [];
        }

        List<KeyValuePair<byte[], byte[]>> sorted = [.. live.Values];
        sorted.Sort((x, y) => x.Key.AsSpan().SequenceCompareTo(y.Key));
        return sorted;
    }
}
