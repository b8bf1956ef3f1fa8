using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>The options of a <see cref="Keyspace"/>.</summary>
public sealed record KeyspaceOptions
{
    /// <summary>The column families by their ids.</summary>
    public KvrocksColumnFamilies Families { get; init; } = KvrocksColumnFamilies.Default;

    /// <summary>
    /// Whether keys have their cluster slot. If unknown, it is detected from the keys (<see cref="SlotEncodingDetector"/>); if later keys
    /// show that the first ones were misleading, the keyspace starts again with the operations so far.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }

    /// <summary>
    /// The number of elements that are kept before the metadata of their version has been read, as at the beginning of a log that does not
    /// begin with the database. More elements are counted and dropped.
    /// </summary>
    public int MaxOrphans { get; init; } = 1_000_000;

    /// <summary>
    /// The number of elements that are kept although their key no longer has their version, because RENAME or COPY of another key may bring
    /// it back. More elements are counted and dropped, the oldest first.
    /// </summary>
    public int MaxDeadElements { get; init; } = 1_000_000;
}
