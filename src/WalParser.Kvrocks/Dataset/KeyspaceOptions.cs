using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>How a <see cref="Keyspace"/> reads what it is given.</summary>
public sealed record KeyspaceOptions
{
    /// <summary>Which column family an id means.</summary>
    public KvrocksColumnFamilies Families { get; init; } = KvrocksColumnFamilies.Default;

    /// <summary>
    /// Whether keys carry their cluster slot. If not known, it is found out from the keys (<see cref="SlotEncodingDetector"/>); should the
    /// first keys be misleading, then the keyspace starts again from what it was given so far.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }

    /// <summary>
    /// How many elements are kept whose key's metadata has not been seen (yet), as at the beginning of a log that starts in the middle of a
    /// database's life. More are counted and dropped.
    /// </summary>
    public int MaxOrphans { get; init; } = 1_000_000;
}
