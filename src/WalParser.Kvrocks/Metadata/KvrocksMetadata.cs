using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Metadata;

// The format (Kvrocks, src/storage/redis_metadata.cc); integers are big-endian:
//
//   +-----------+---------------+ - - - - - - - - - - - - - - - +- - - - - - -+
//   | flags (1) | expiry (8, 4) | version (8) | size (8, 4)     | by type ... |
//   +-----------+---------------+ - - - - - - - - - - - - - - - +- - - - - - -+
//
// If bit 7 of the flags is set, expiry and size have 64 bits and the expiry is in milliseconds; otherwise they have 32 bits and the expiry
// is in seconds. The low four bits are the type. Strings and JSON documents have no version and no size. An expiry of 0 means never.

/// <summary>
/// A value of the column family <c>metadata</c>, read in place: the type of a key, its expiry, and the fields of its type. Its spans point
/// into the bytes that it was read from.
/// </summary>
public readonly ref struct KvrocksMetadata
{
    private const byte WideFlag = 0x80;
    private const byte TypeMask = 0x0F;

    private KvrocksMetadata(byte flags, ulong expiry, ulong version, ulong size, bool hasVersion, ReadOnlySpan<byte> body)
    {
        Flags = flags;
        ExpiryMilliseconds = expiry;
        Version = new KvrocksVersion(version);
        Size = size;
        HasVersion = hasVersion;
        Body = body;
    }

    /// <summary>The first byte of the stored value.</summary>
    public byte Flags { get; }

    /// <summary>Whether expiry and size have 64 bits. Servers built with the older encoding write 32.</summary>
    public bool Is64Bit => (Flags & WideFlag) != 0;

    /// <summary>The key's type.</summary>
    public KvrocksType Type => (KvrocksType)(Flags & TypeMask);

    /// <summary>
    /// The time at which the key expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.
    /// </summary>
    public DateTimeOffset? Expiry => UnixMilliseconds.ToExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds { get; }

    /// <summary>Whether the value contains a version and a size. Strings and JSON documents have neither.</summary>
    public bool HasVersion { get; }

    /// <summary>The current version of the key. Elements of any other version are obsolete.</summary>
    public KvrocksVersion Version { get; }

    /// <summary>
    /// The number of elements; for a bitmap, its length in bytes; for a Bloom filter, the number of items that were added.
    /// </summary>
    public ulong Size { get; }

    /// <summary>
    /// The bytes after the common fields: the value of a string; for other types, the bytes that the <c>TryRead…</c> methods read.
    /// </summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>
    /// Returns true if a server would report at the given time that the key exists: it has not expired, and it has elements if its type
    /// requires them (Kvrocks, <c>Metadata::ExpireAt</c>). A hash in which all fields have expired does not exist either.
    /// </summary>
    /// <param name="time">The time; it counts to the millisecond.</param>
    public bool ExistsAt(DateTimeOffset time)
    {
        ulong nowMilliseconds = UnixMilliseconds.FromTime(time);
        if (Type == KvrocksType.None || (HasVersion && Size == 0 && !Type.MayBeEmpty))
        {
            return false;
        }

        if (ExpiryMilliseconds != 0 && ExpiryMilliseconds < nowMilliseconds)
        {
            return false;
        }

        return !(TryReadHash(out HashMetadata hash) && hash.AllFieldsHaveExpiredAt(nowMilliseconds));
    }

    /// <summary>
    /// Reads a metadata value. If <see cref="KvrocksType"/> has no name for the type, the common fields that exist are read.
    /// </summary>
    /// <param name="value">The stored value.</param>
    /// <param name="metadata">The fields of the value.</param>
    /// <param name="reason">The reason why the value cannot be read; null if it can be read.</param>
    /// <returns>True if the value was read with all fields of its type.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out KvrocksMetadata metadata, out string? reason)
    {
        metadata = default;
        reason = null;
        var reader = new BigEndianReader(value);
        if (!reader.TryRead8(out byte flags) || !TryReadCommon(ref reader, flags, out ulong expiry))
        {
            reason = "metadata too short for type and expiry";
            return false;
        }

        if ((flags & WideFlag) == 0)
        {
            const ulong MillisecondsPerSecond = 1000;
            expiry *= MillisecondsPerSecond;
        }

        var type = (KvrocksType)(flags & TypeMask);
        if (type.IsSingleValue)
        {
            metadata = new KvrocksMetadata(flags, expiry, 0, 0, hasVersion: false, reader.Rest);
        }
        else
        {
            ReadOnlySpan<byte> afterExpiry = reader.Rest;
            if (reader.TryRead64(out ulong version) && TryReadCommon(ref reader, flags, out ulong size))
            {
                metadata = new KvrocksMetadata(flags, expiry, version, size, hasVersion: true, reader.Rest);
            }
            else if (type.IsKnown)
            {
                reason = $"metadata of a {type.Name} too short for version and size";
                return false;
            }
            else
            {
                metadata = new KvrocksMetadata(flags, expiry, 0, 0, hasVersion: false, afterExpiry);
            }
        }

        if (type.IsWholeBody(metadata.Body))
        {
            return true;
        }

        reason = $"metadata of a {type.Name} too short";
        return false;
    }

    /// <summary>Reads a metadata value; returns the default value if there is none, or it cannot be read.</summary>
    internal static KvrocksMetadata ReadOrDefault(ReadOnlyMemory<byte>? value) =>
        value is { } bytes && TryRead(bytes.Span, out KvrocksMetadata metadata, out _) ? metadata : default;

    /// <summary>Reads the fields of a hash. Returns false if the key is not a hash.</summary>
    public bool TryReadHash(out HashMetadata hash)
    {
        hash = default;
        return Type == KvrocksType.Hash && HasVersion && HashMetadata.TryRead(Body, out hash);
    }

    /// <summary>Reads the fields of a list. Returns false if the key is not a list.</summary>
    public bool TryReadList(out ListMetadata list)
    {
        list = default;
        return Type == KvrocksType.List && HasVersion && ListMetadata.TryRead(Body, out list);
    }

    /// <summary>
    /// Reads the fields of a list, with the tail that LRANGE assumes: it reads as many elements as the metadata counts, from the head. The
    /// stored tail is the same unless the server has miscounted.
    /// </summary>
    internal bool TryReadListed(out ListMetadata list)
    {
        bool isList = TryReadList(out list);
        list = list with { Tail = list.Head + Math.Min(Size, ulong.MaxValue - list.Head) };
        return isList;
    }

    /// <summary>Reads the fields of a stream. Returns false if the key is not a stream.</summary>
    public bool TryReadStream(out StreamMetadata stream)
    {
        stream = default;
        return Type == KvrocksType.Stream && HasVersion && StreamMetadata.TryRead(Body, out stream);
    }

    /// <summary>Reads the fields of a chain of Bloom filters. Returns false if the key is not a Bloom filter.</summary>
    public bool TryReadBloomFilter(out BloomFilterMetadata bloomFilter)
    {
        bloomFilter = default;
        return Type == KvrocksType.BloomFilter && HasVersion && BloomFilterMetadata.TryRead(Body, out bloomFilter);
    }

    /// <summary>Reads the format and the bytes of a JSON document. Returns false if the key is not a JSON document.</summary>
    public bool TryReadJson(out JsonFormat format, out ReadOnlySpan<byte> document)
    {
        bool isJson = Type == KvrocksType.Json && !Body.IsEmpty;
        format = isJson ? (JsonFormat)Body[0] : default;
        document = isJson ? Body[1..] : default;
        return isJson;
    }

    /// <summary>Reads the fields of a t-digest. Returns false if the key is not a t-digest.</summary>
    public bool TryReadTDigest(out TDigestMetadata digest)
    {
        digest = default;
        return Type == KvrocksType.TDigest && HasVersion && TDigestMetadata.TryRead(Body, out digest);
    }

    /// <summary>Reads the fields of a time series. Returns false if the key is not a time series.</summary>
    public bool TryReadTimeSeries(out TimeSeriesMetadata timeSeries)
    {
        timeSeries = default;
        return Type == KvrocksType.TimeSeries && HasVersion && TimeSeriesMetadata.TryRead(Body, out timeSeries);
    }

    /// <summary>
    /// Reads the fields of a cuckoo filter. Returns false if the key is not a cuckoo filter, and also if the fields do not fit: no release
    /// of Kvrocks has the type yet, so that its fields may change.
    /// </summary>
    public bool TryReadCuckooFilter(out CuckooFilterMetadata cuckooFilter)
    {
        cuckooFilter = default;
        return Type == KvrocksType.CuckooFilter && HasVersion && CuckooFilterMetadata.TryRead(Body, out cuckooFilter);
    }

    /// <summary>
    /// Returns the number of entries that a group of this stream has not read yet, as a server computes it for XINFO GROUPS (Kvrocks,
    /// <c>CheckLagValid</c>): the number that is stored with the group is of no use. Null if the server does not know it, because entries
    /// were deleted.
    /// </summary>
    /// <param name="group">The group.</param>
    internal ulong? StreamLagOf(StreamGroup group)
    {
        if (!TryReadStream(out StreamMetadata stream))
        {
            return null;
        }

        return stream.EntriesAdded == 0 ? 0
            : group.EntriesRead != -1 && !HasTombstonesAfter(stream, group.LastDeliveredId)
                ? unchecked(stream.EntriesAdded - (ulong)group.EntriesRead)
            : EstimateEntriesUntil(stream, group.LastDeliveredId) is { } read ? unchecked(stream.EntriesAdded - read)
            : null;
    }

    /// <summary>Returns whether an entry between an id and the end may have been deleted (<c>StreamRangeHasTombstones</c>).</summary>
    private bool HasTombstonesAfter(in StreamMetadata stream, StreamEntryId id) =>
        Size != 0
        && stream.MaxDeletedId != default
        && stream.FirstId <= stream.MaxDeletedId
        && id <= stream.MaxDeletedId;

    /// <summary>
    /// Returns how many entries were added up to an id; null if that is not known (<c>StreamEstimateDistanceFromFirstEverEntry</c>).
    /// </summary>
    private ulong? EstimateEntriesUntil(in StreamMetadata stream, StreamEntryId id)
    {
        if (id == stream.LastId || (Size == 0 && id < stream.LastId))
        {
            return stream.EntriesAdded;
        }

        bool hasDeleted = stream.MaxDeletedId != default && stream.MaxDeletedId >= stream.FirstId;
        return id > stream.LastId || hasDeleted || id > stream.FirstId ? null
            : unchecked(stream.EntriesAdded - Size + (id == stream.FirstId ? 1UL : 0));
    }

    private static bool TryReadCommon(ref BigEndianReader reader, byte flags, out ulong value)
    {
        if ((flags & WideFlag) != 0)
        {
            return reader.TryRead64(out value);
        }

        bool isThere = reader.TryRead32(out uint narrow);
        value = narrow;
        return isThere;
    }
}
