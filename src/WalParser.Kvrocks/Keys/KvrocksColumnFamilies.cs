namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Maps the column family ids of one database to Kvrocks's column families. The MANIFEST contains the ids; without a MANIFEST,
/// <see cref="Default"/> assumes the order in which Kvrocks creates the families. Immutable and thread-safe.
/// </summary>
public sealed class KvrocksColumnFamilies
{
    private static readonly string[] Names = ["default", "metadata", "zset_score", "pubsub", "propagate", "stream", "search", "index"];

    private readonly Dictionary<uint, KvrocksColumnFamily>? _families;

    private KvrocksColumnFamilies()
    {
    }

    /// <summary>
    /// Creates the map of a database from the ids and names in its MANIFEST. Names that Kvrocks does not use map to
    /// <see cref="KvrocksColumnFamily.Other"/>.
    /// </summary>
    public KvrocksColumnFamilies(IEnumerable<KeyValuePair<uint, string>> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _families = [];
        foreach ((uint id, string name) in names)
        {
            _families[id] = (KvrocksColumnFamily)Array.IndexOf(Names, name);
        }
    }

    /// <summary>The ids 0 to 7 in the order in which Kvrocks creates its column families.</summary>
    public static KvrocksColumnFamilies Default { get; } = new();

    /// <summary>The column family that has the id <paramref name="id"/>.</summary>
    public KvrocksColumnFamily this[uint id] =>
        _families is null
            ? id < Names.Length ? (KvrocksColumnFamily)id : KvrocksColumnFamily.Other
            : _families.GetValueOrDefault(id, KvrocksColumnFamily.Other);

    /// <summary>Returns the name of a family in RocksDB, or null for <see cref="KvrocksColumnFamily.Other"/>.</summary>
    public static string? NameOf(KvrocksColumnFamily family) => (uint)family < Names.Length ? Names[(int)family] : null;
}
