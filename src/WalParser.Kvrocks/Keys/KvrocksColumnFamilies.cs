namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Which column family an id means in one database. The MANIFEST says it; without one, <see cref="Default"/> has the ids in the
/// order in which Kvrocks creates them. Immutable, so that threads may share it.
/// </summary>
public sealed class KvrocksColumnFamilies
{
    private static readonly string[] Names = ["default", "metadata", "zset_score", "pubsub", "propagate", "stream", "search", "index"];

    private readonly Dictionary<uint, KvrocksColumnFamily>? _families;

    private KvrocksColumnFamilies()
    {
    }

    /// <summary>The families of a database, by the names that its MANIFEST has for the ids. Other names are <see cref="KvrocksColumnFamily.Other"/>.</summary>
    public KvrocksColumnFamilies(IEnumerable<KeyValuePair<uint, string>> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _families = [];
        foreach ((uint id, string name) in names)
        {
            _families[id] = (KvrocksColumnFamily)Array.IndexOf(Names, name);
        }
    }

    /// <summary>The ids that Kvrocks's own creation order gives: 0 to 7.</summary>
    public static KvrocksColumnFamilies Default { get; } = new();

    /// <summary>The family that <paramref name="id"/> means.</summary>
    public KvrocksColumnFamily this[uint id] =>
        _families is null
            ? id < Names.Length ? (KvrocksColumnFamily)id : KvrocksColumnFamily.Other
            : _families.GetValueOrDefault(id, KvrocksColumnFamily.Other);

    /// <summary>The name by which RocksDB knows a family; null of <see cref="KvrocksColumnFamily.Other"/>.</summary>
    public static string? NameOf(KvrocksColumnFamily family) => (uint)family < Names.Length ? Names[(int)family] : null;
}
