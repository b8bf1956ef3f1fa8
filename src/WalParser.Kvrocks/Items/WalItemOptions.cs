using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// The items that a <see cref="KvrocksWalIterator"/> returns, and how it reads keys. Log data belongs to no key and passes every filter.
/// </summary>
public sealed record WalItemOptions
{
    /// <summary>
    /// The slots whose keys are returned; null for all. The slot is the one in the stored key or, if keys have none, that of the user's
    /// key. As in Kvrocks, a range deletion passes because it may affect any slot. Records outside the dataset (scripts, published
    /// messages, search indexes) have no slot and do not pass.
    /// </summary>
    public SlotRange? Slots { get; init; }

    /// <summary>
    /// The namespace whose keys are returned; null for all; <c>__namespace</c> is the default one. A range deletion passes if keys of the
    /// namespace can be in the range. Records outside the dataset do not pass.
    /// </summary>
    public ReadOnlyMemory<byte>? Namespace { get; init; }

    /// <summary>
    /// Whether keys have their slot; only <see cref="Slots"/> needs it. If unknown, it is detected from the first keys of the set, which
    /// are read an additional time.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }

    /// <summary>
    /// The column families by their ids; null for those in the MANIFEST of the set's folder, or <see cref="KvrocksColumnFamilies.Default"/>
    /// without one.
    /// </summary>
    public KvrocksColumnFamilies? Families { get; init; }
}
