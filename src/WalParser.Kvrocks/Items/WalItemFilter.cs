using WalParser.Batches;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>Decides which operations are wanted as items.</summary>
internal sealed class WalItemFilter(SlotRange? slots, ReadOnlyMemory<byte>? ns)
{
    /// <summary>Whether the filter needs to know whether keys have their slot.</summary>
    public bool NeedsSlotEncoding => slots is not null;

    public bool Passes(in WriteBatchOperation operation, KvrocksColumnFamily family, bool hasSlot)
    {
        switch (operation.Type)
        {
            case OperationType.LogData:
                return true;
            case OperationType.Noop:
                // A Noop only separates merged batches, and is no item in Kvrocks's iterator either.
                return false;
            case OperationType.DeleteRange:
                return ns is not { } inRange || MayContain(operation.Key, operation.EndKey, inRange.Span);
        }

        if ((slots is null && ns is null) || !operation.HasKey)
        {
            return true;
        }

        if (!family.HasKeys)
        {
            return false;
        }

        // Up to the slot, the keys of all these families have the same format.
        return MetadataKey.TryRead(operation.Key, hasSlot, out MetadataKey key)
            && (ns is not { } wanted || key.Namespace.SequenceEqual(wanted.Span))
            && (slots is not { } range || (RedisSlot.OfStored(operation.Key, family, key) is { } slot && range.Contains(slot)));
    }

    /// <summary>
    /// Returns whether a key of the namespace can be in the range from <paramref name="begin"/> up to, not including,
    /// <paramref name="end"/>.
    /// </summary>
    private static bool MayContain(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, ReadOnlySpan<byte> ns)
    {
        if (ns.Length > byte.MaxValue || begin.SequenceCompareTo(end) >= 0)
        {
            return false;
        }

        byte[] prefix = MetadataKey.Compose(ns, default, hasSlot: false);
        bool endsBefore = end.SequenceCompareTo(prefix) <= 0;
        bool beginsAfter = begin.SequenceCompareTo(prefix) > 0 && !begin.StartsWith(prefix);
        return !endsBefore && !beginsAfter;
    }
}
