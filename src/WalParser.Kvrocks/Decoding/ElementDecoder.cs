using WalParser.Batches;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Decoding;

/// <summary>Decodes an element by the type of its key.</summary>
internal readonly ref struct ElementDecoder(SubkeyKey key, KvrocksColumnFamily family, OperationType operation, ReadOnlySpan<byte> value)
{
    private readonly SubkeyKey _key = key;
    private readonly ReadOnlySpan<byte> _value = value;
    private readonly bool _hasValue = operation.IsPut;

    public DecodedOperation Decode(KvrocksType type, bool hasFieldExpiration)
    {
        if (family == KvrocksColumnFamily.ZSetScore)
        {
            var reader = new BigEndianReader(_key.Subkey);
            return reader.TryReadDouble(out double score)
                ? Start(DecodedOperationKind.ZSetScore, type) with { Score = score, Name = reader.Rest }
                : Bad(type, "score index too short");
        }

        if (family == KvrocksColumnFamily.Stream)
        {
            return DecodeStream();
        }

        return type switch
        {
            KvrocksType.Hash => DecodeHashField(hasFieldExpiration),
            KvrocksType.List => Indexed(DecodedOperationKind.ListElement, type),
            KvrocksType.Set => Start(DecodedOperationKind.SetMember, type) with { Name = _key.Subkey },
            KvrocksType.ZSet => DecodeZSetMember(),
            KvrocksType.Bitmap => Numbered(DecodedOperationKind.BitmapFragment, type),
            KvrocksType.SortedInt => Indexed(DecodedOperationKind.SortedIntId, type),
            KvrocksType.BloomFilter => DecodeBloomFilter(),
            KvrocksType.HyperLogLog => Numbered(DecodedOperationKind.HyperLogLogSegment, type),
            KvrocksType.TDigest => DecodeTDigest(),
            KvrocksType.TimeSeries => DecodeTimeSeries(),
            KvrocksType.CuckooFilter => DecodeCuckooFilter(),
            _ => Start(DecodedOperationKind.Element, type),
        };
    }

    private DecodedOperation Start(DecodedOperationKind kind, KvrocksType type) => new()
    {
        Kind = kind,
        Operation = operation,
        Family = family,
        Namespace = _key.Namespace,
        Slot = _key.Slot,
        UserKey = _key.UserKey,
        Version = _key.Version,
        Type = type,
        Subkey = _key.Subkey,
        Value = _value,
    };

    private DecodedOperation Bad(KvrocksType type, string reason) => Start(DecodedOperationKind.Undecodable, type) with { Reason = reason };

    /// <summary>Returns an element whose subkey begins with a kind: of a kind that is newer than this library, the common part.</summary>
    private DecodedOperation BadOrNewer(KvrocksType type, byte newestKind, string reason) =>
        !_key.Subkey.IsEmpty && _key.Subkey[0] > newestKind ? Start(DecodedOperationKind.Element, type) : Bad(type, reason);

    private DecodedOperation DecodeHashField(bool hasFieldExpiration)
    {
        if (!_hasValue)
        {
            return Start(DecodedOperationKind.HashField, KvrocksType.Hash) with { Name = _key.Subkey };
        }

        return HashFieldValue.TryRead(_value, hasFieldExpiration, out HashFieldValue field)
            ? Start(DecodedOperationKind.HashField, KvrocksType.Hash) with
            {
                Name = _key.Subkey,
                Value = field.Value,
                ExpiryMilliseconds = field.ExpiryMilliseconds,
            }
            : Bad(KvrocksType.Hash, "field without its expiry");
    }

    private DecodedOperation DecodeZSetMember()
    {
        var reader = new BigEndianReader(_value);
        bool isWhole = reader.TryReadDouble(out double score) && reader.Rest.IsEmpty;
        return isWhole || !_hasValue
            ? Start(DecodedOperationKind.ZSetMember, KvrocksType.ZSet) with { Name = _key.Subkey, Score = _hasValue ? score : null }
            : Bad(KvrocksType.ZSet, "score not of 8 bytes");
    }

    /// <summary>Decodes an element whose subkey is a number of 64 bits.</summary>
    private DecodedOperation Indexed(DecodedOperationKind kind, KvrocksType type)
    {
        var reader = new BigEndianReader(_key.Subkey);
        return reader.TryRead64(out ulong index) && reader.Rest.IsEmpty
            ? Start(kind, type) with { Index = index }
            : Bad(type, "index not of 8 bytes");
    }

    /// <summary>Decodes an element whose subkey is a decimal number.</summary>
    private DecodedOperation Numbered(DecodedOperationKind kind, KvrocksType type) => DecimalIndex.TryRead(_key.Subkey, out ulong index)
        ? Start(kind, type) with { Index = index }
        : Bad(type, "index not a decimal number");

    private DecodedOperation DecodeBloomFilter()
    {
        var reader = new BigEndianReader(_key.Subkey);
        return reader.TryRead16(out ushort index) && reader.Rest.IsEmpty
            ? Start(DecodedOperationKind.BloomFilter, KvrocksType.BloomFilter) with { Index = index }
            : Bad(KvrocksType.BloomFilter, "filter index not of 2 bytes");
    }

    private DecodedOperation DecodeTDigest()
    {
        if (!TDigestSubkey.TryRead(_key.Subkey, out TDigestSubkey subkey, out string? reason))
        {
            return BadOrNewer(KvrocksType.TDigest, newestKind: 1, reason!);
        }

        if (subkey.IsBuffer)
        {
            return Start(DecodedOperationKind.TDigestBuffer, KvrocksType.TDigest);
        }

        var reader = new BigEndianReader(_value);
        if (!reader.TryReadDouble(out double weight) && _hasValue)
        {
            return Bad(KvrocksType.TDigest, "centroid without its weight");
        }

        return Start(DecodedOperationKind.TDigestCentroid, KvrocksType.TDigest) with
        {
            Score = subkey.Mean,
            Index = subkey.Number,
            Weight = _hasValue ? weight : null,
        };
    }

    private DecodedOperation DecodeTimeSeries()
    {
        const KvrocksType Type = KvrocksType.TimeSeries;
        if (!TimeSeriesSubkey.TryRead(_key.Subkey, out TimeSeriesSubkey subkey, out string? reason))
        {
            return BadOrNewer(Type, newestKind: (byte)TimeSeriesSubkeyKind.Rule, reason!);
        }

        return subkey.Kind switch
        {
            TimeSeriesSubkeyKind.Label => Start(DecodedOperationKind.TimeSeriesLabel, Type) with { Name = subkey.Name },
            TimeSeriesSubkeyKind.Rule => Start(DecodedOperationKind.TimeSeriesDownstream, Type) with { Name = subkey.Name },
            _ => Start(DecodedOperationKind.TimeSeriesChunk, Type) with { Index = subkey.ChunkId },
        };
    }

    /// <summary>
    /// Decodes a page of a cuckoo filter (Kvrocks, <c>src/types/redis_cuckoo_chain.cc</c>): its subkey is the index of the filter and that
    /// of the page. The type is not released, so that an element of another form is shown by its common part.
    /// </summary>
    private DecodedOperation DecodeCuckooFilter()
    {
        var reader = new BigEndianReader(_key.Subkey);
        return reader.TryRead16(out ushort filter) && reader.TryRead32(out uint page) && reader.Rest.IsEmpty
            ? Start(DecodedOperationKind.CuckooPage, KvrocksType.CuckooFilter) with { Filter = filter, Index = page }
            : Start(DecodedOperationKind.Element, KvrocksType.CuckooFilter);
    }

    private DecodedOperation DecodeStream()
    {
        const KvrocksType Type = KvrocksType.Stream;
        if (!StreamSubkey.TryRead(_key.Subkey, out StreamSubkey subkey))
        {
            return Bad(Type, "neither entry, group, consumer nor pending entry");
        }

        switch (subkey.Kind)
        {
            case StreamSubkeyKind.Entry:
                return !_hasValue || StreamEntryFields.IsWhole(_value)
                    ? Start(DecodedOperationKind.StreamEntry, Type) with { StreamId = subkey.Id }
                    : Bad(Type, "fields not whole") with { StreamId = subkey.Id };
            case StreamSubkeyKind.Group:
                DecodedOperation group = Start(DecodedOperationKind.StreamGroup, Type) with { Group = subkey.Group };
                return !_hasValue ? group
                    : StreamGroup.TryRead(_value, out StreamGroup groupState) ? group with { GroupState = groupState }
                    : Bad(Type, "group too short") with { Group = subkey.Group };
            case StreamSubkeyKind.Consumer:
                DecodedOperation consumer = Start(DecodedOperationKind.StreamConsumer, Type) with
                {
                    Group = subkey.Group,
                    Consumer = subkey.Consumer,
                };
                return !_hasValue ? consumer
                    : StreamConsumer.TryRead(_value, out StreamConsumer consumerState) ? consumer with { ConsumerState = consumerState }
                    : Bad(Type, "consumer too short") with { Group = subkey.Group, Consumer = subkey.Consumer };
            default:
                DecodedOperation pending = Start(DecodedOperationKind.StreamPendingEntry, Type) with
                {
                    Group = subkey.Group,
                    StreamId = subkey.Id,
                };
                return !_hasValue ? pending
                    : StreamPendingEntry.TryRead(_value, out StreamPendingEntry entry)
                        ? pending with
                        {
                            Consumer = entry.Consumer,
                            DeliveredMilliseconds = entry.DeliveredMilliseconds,
                            Deliveries = entry.Deliveries,
                        }
                    : Bad(Type, "pending entry too short") with { Group = subkey.Group, StreamId = subkey.Id };
        }
    }
}
