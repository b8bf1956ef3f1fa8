using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// Which items a <see cref="KvrocksWalIterator"/> goes through, and how it reads keys. Log data belongs to no key and passes every filter.
/// </summary>
public sealed record WalItemOptions
{
    /// <summary>
    /// Only keys of these slots: the slot that stands in the key or, where keys carry none, that of the user's key. As in Kvrocks, a range deletion
    /// passes, as it may touch any slot. What is not of the dataset (scripts, published messages, search indexes) has no slot and does not pass.
    /// </summary>
    public SlotRange? Slots { get; init; }

    /// <summary>
    /// Only keys of this namespace; <c>__namespace</c> is the default one. A range deletion passes if the namespace has keys that could lie in it. What is
    /// not of the dataset does not pass.
    /// </summary>
    public ReadOnlyMemory<byte>? Namespace { get; init; }

    /// <summary>
    /// Whether keys carry their slot; it matters to <see cref="Slots"/> alone. If not known, it is found out from the first keys of the set, which are
    /// read for that once more.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }

    /// <summary>Which column family an id means. By default the MANIFEST of the set's folder says so, or else <see cref="KvrocksColumnFamilies.Default"/>.</summary>
    public KvrocksColumnFamilies? Families { get; init; }
}
