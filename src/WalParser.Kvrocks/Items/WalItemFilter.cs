using WalParser.Batches;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>Says which operations are items that are wanted.</summary>
internal sealed class WalItemFilter(SlotRange? slots, ReadOnlyMemory<byte>? ns)
{
    /// <summary>Whether it must be known if keys carry their slot.</summary>
    public bool NeedsSlotEncoding => slots is not null;

    public bool Passes(in WriteBatchOperation operation, KvrocksColumnFamily family, bool hasSlot)
    {
        switch (operation.Type)
        {
            case OperationType.LogData:
                return true;
            case OperationType.Noop:
                // It means something between RocksDB's batches only, and is no item in Kvrocks either.
                return false;
            case OperationType.DeleteRange:
                return ns is not { } inRange || MayHold(operation.Key, operation.EndKey, inRange.Span);
        }

        if ((slots is null && ns is null) || !operation.HasKey)
        {
            return true;
        }

        if (!family.HasKeys)
        {
            return false;
        }

        // Up to the slot, all of these begin alike.
        return MetadataKey.TryRead(operation.Key, hasSlot, out MetadataKey key)
            && (ns is not { } wanted || key.Namespace.SequenceEqual(wanted.Span))
            && (slots is not { } range || (RedisSlot.OfStored(operation.Key, family, key) is { } slot && range.Contains(slot)));
    }

    /// <summary>Whether a key of the namespace could lie from <paramref name="begin"/> up to, not including, <paramref name="end"/>.</summary>
    private static bool MayHold(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, ReadOnlySpan<byte> ns)
    {
        if (ns.Length > byte.MaxValue || begin.SequenceCompareTo(end) >= 0)
        {
            return false;
        }

        byte[] prefix = MetadataKey.Compose(ns, default, hasSlot: false);
        bool endsBefore = end.SequenceCompareTo(prefix) <= 0;
        bool beginsBehind = begin.SequenceCompareTo(prefix) > 0 && !begin.StartsWith(prefix);
        return !endsBefore && !beginsBehind;
    }
}
