using System.Buffers.Binary;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.ServerRecords;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// The meaning of a range deletion, read in place: its spans point into the bytes that it was read from. Properties that do not apply to
/// the kind are empty or null.
/// </summary>
public readonly ref struct DeletedRange
{
    /// <summary>What is deleted.</summary>
    public DeletedRangeKind Kind { get; private init; }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; private init; }

    /// <summary>The namespace of <see cref="EndKey"/>.</summary>
    public ReadOnlySpan<byte> EndNamespace { get; private init; }

    /// <summary>The first slot.</summary>
    public ushort? FirstSlot { get; private init; }

    /// <summary>The last slot, which belongs to the range.</summary>
    public ushort? LastSlot { get; private init; }

    /// <summary>The first of the keys; for elements, the key that they belong to.</summary>
    public ReadOnlySpan<byte> UserKey { get; private init; }

    /// <summary>The key before which the range of keys ends.</summary>
    public ReadOnlySpan<byte> EndKey { get; private init; }

    /// <summary>The version of the key that the elements belong to.</summary>
    public KvrocksVersion? Version { get; private init; }

    /// <summary>The first element, as it is stored.</summary>
    public ReadOnlySpan<byte> FirstElement { get; private init; }

    /// <summary>The element, as it is stored, before which the range ends.</summary>
    public ReadOnlySpan<byte> EndElement { get; private init; }

    /// <summary>The id of the first entry.</summary>
    public StreamEntryId? FirstId { get; private init; }

    /// <summary>The id at which the range of entries ends; null if it ends after the last entry.</summary>
    public StreamEntryId? EndId { get; private init; }

    /// <summary>Whether the entry <see cref="EndId"/> belongs to the range.</summary>
    public bool IncludesEndId { get; private init; }

    /// <summary>The name of the search index.</summary>
    public ReadOnlySpan<byte> Index { get; private init; }

    /// <summary>Reads a range. Any bytes can be read.</summary>
    /// <param name="family">The column family.</param>
    /// <param name="begin">The first stored key.</param>
    /// <param name="end">The stored key before which the range ends.</param>
    /// <param name="hasSlot">Whether keys contain their slot.</param>
    public static DeletedRange Read(KvrocksColumnFamily family, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool hasSlot) =>
        family switch
        {
            KvrocksColumnFamily.Metadata => ReadKeys(begin, end, hasSlot),
            KvrocksColumnFamily.Search => ReadSearch(begin, end),
            KvrocksColumnFamily.Propagate => ReadPropagated(begin, end),
            _ when family.HasElements => ReadElements(begin, end, hasSlot),
            _ => default,
        };

    /// <summary>Returns whether the range is one of elements of a key.</summary>
    public bool IsOfElements => Kind is DeletedRangeKind.AllElements or DeletedRangeKind.Elements or DeletedRangeKind.StreamEntries;

    private static DeletedRange ReadKeys(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool hasSlot)
    {
        if (!MetadataKey.TryRead(begin, hasSlot: false, out MetadataKey first))
        {
            return default;
        }

        ReadOnlySpan<byte> prefix = begin[..^first.UserKey.Length];
        bool isToEnd = end.SequenceEqual(KeyPrefix.EndOf(prefix));
        if (first.UserKey.IsEmpty && isToEnd)
        {
            return new DeletedRange { Kind = DeletedRangeKind.Namespace, Namespace = first.Namespace };
        }

        // The prefix of a slot is the namespace and the slot.
        if (hasSlot
            && first.UserKey.Length == sizeof(ushort)
            && BinaryPrimitives.ReadUInt16BigEndian(first.UserKey) is < RedisSlot.Count and var slot)
        {
            int last = isToEnd ? RedisSlot.Count - 1
                : end.Length == prefix.Length + sizeof(ushort) && end.StartsWith(prefix)
                    ? BinaryPrimitives.ReadUInt16BigEndian(end[prefix.Length..]) - 1
                    : -1;
            if (last >= slot)
            {
                return new DeletedRange
                {
                    Kind = DeletedRangeKind.Slots,
                    Namespace = first.Namespace,
                    FirstSlot = slot,
                    LastSlot = (ushort)Math.Min(last, RedisSlot.Count - 1),
                };
            }
        }

        return MetadataKey.TryRead(begin, hasSlot, out first) && MetadataKey.TryRead(end, hasSlot, out MetadataKey limit)
            ? new DeletedRange
            {
                Kind = DeletedRangeKind.Keys,
                Namespace = first.Namespace,
                FirstSlot = first.Slot,
                UserKey = first.UserKey,
                EndNamespace = limit.Namespace,
                LastSlot = limit.Slot,
                EndKey = limit.UserKey,
            }
            : default;
    }

    private static DeletedRange ReadElements(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool hasSlot)
    {
        if (!SubkeyKey.TryRead(begin, hasSlot, out SubkeyKey first))
        {
            return default;
        }

        ReadOnlySpan<byte> prefix = begin[..^first.Subkey.Length];
        var range = new DeletedRange
        {
            Kind = DeletedRangeKind.AllElements,
            Namespace = first.Namespace,
            FirstSlot = first.Slot,
            UserKey = first.UserKey,
            Version = first.Version,
        };

        // The parts of a t-digest are numbered from 0; its last one, 255, is never stored.
        bool isFromFirst = first.Subkey.IsEmpty || first.Subkey.SequenceEqual((ReadOnlySpan<byte>)[0]);
        bool isToLast = end.SequenceEqual(KeyPrefix.EndOf(prefix))
            || (end.Length == prefix.Length + 1 && end.StartsWith(prefix) && end[^1] == byte.MaxValue);
        if (isFromFirst && isToLast)
        {
            return range;
        }

        if (!end.StartsWith(prefix))
        {
            return default;
        }

        ReadOnlySpan<byte> limit = end[prefix.Length..];
        return ReadIds(range, first.Subkey, limit) is { Kind: DeletedRangeKind.StreamEntries } ids
            ? ids
            : range with { Kind = DeletedRangeKind.Elements, FirstElement = first.Subkey, EndElement = limit };
    }

    /// <summary>Reads a range between the ids of two entries of a stream; after an id, a zero byte makes it belong to the range.</summary>
    private static DeletedRange ReadIds(DeletedRange range, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
    {
        const int IdSize = 2 * sizeof(ulong);
        if (!StreamSubkey.TryRead(first, out StreamSubkey from) || from.Kind != StreamSubkeyKind.Entry)
        {
            return default;
        }

        DeletedRange ids = range with { Kind = DeletedRangeKind.StreamEntries, FirstId = from.Id };

        // All other records of a stream follow its entries.
        if (StreamSubkey.TryRead(end, out StreamSubkey to))
        {
            return to.Kind == StreamSubkeyKind.Entry ? ids with { EndId = to.Id } : ids;
        }

        bool isIncluded = end.Length == IdSize + 1 && end[^1] == 0;
        return isIncluded && StreamSubkey.TryRead(end[..IdSize], out to) && to.Kind == StreamSubkeyKind.Entry
            ? ids with { EndId = to.Id, IncludesEndId = true }
            : default;
    }

    /// <summary>Reads a range over all fields of an index: their length, of 32 bits, is from 0 to the largest one.</summary>
    private static DeletedRange ReadSearch(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end)
    {
        const byte SchemaFields = 2;
        const byte Content = 3;
        int prefix = begin.Length - sizeof(uint);
        if (prefix <= 0
            || end.Length != begin.Length
            || !end.StartsWith(begin[..prefix])
            || begin[prefix..].ContainsAnyExcept((byte)0)
            || end[prefix..].ContainsAnyExcept(byte.MaxValue)
            || !SearchRecord.TryReadStart(begin[..prefix], out SearchRecord record, out byte kind)
            || kind is not (SchemaFields or Content))
        {
            return default;
        }

        return new DeletedRange
        {
            Kind = kind == SchemaFields ? DeletedRangeKind.SearchFields : DeletedRangeKind.SearchContent,
            Namespace = record.Namespace,
            Index = record.Index,
        };
    }

    private static DeletedRange ReadPropagated(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end)
    {
        PropagatedKey key = PropagatedKey.Read(begin);
        return !key.Name.IsEmpty || !end.SequenceEqual(KeyPrefix.EndOf(begin))
            ? default
            : new DeletedRange
            {
                Kind = key.Kind switch
                {
                    PropagatedKind.Script => DeletedRangeKind.Scripts,
                    PropagatedKind.Library => DeletedRangeKind.Libraries,
                    PropagatedKind.Function => DeletedRangeKind.Functions,
                    _ => DeletedRangeKind.Other,
                },
            };
    }
}
