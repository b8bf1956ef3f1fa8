using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Metadata;

// The format (Kvrocks, src/storage/redis_metadata.cc); integers are big-endian:
//
//   +-----------+---------------+ - - - - - - - - - - - - - - - +- - - - - - -+
//   | flags (1) | expiry (8, 4) | version (8) | size (8, 4)     | by type ... |
//   +-----------+---------------+ - - - - - - - - - - - - - - - +- - - - - - -+
//
// Bit 7 of the flags: expiry and size have 64 bits, and expiry is in milliseconds; else 32 bits, in seconds. The low four bits
// are the type. Strings and JSON have no version and no size. An expiry of 0 means never.

/// <summary>
/// A value of the column family <c>metadata</c>, read in place: the type of a key, its expiry, and what else its type has. Its spans are those of
/// the bytes it was read from.
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

    /// <summary>The first byte, as it is stored.</summary>
    public byte Flags { get; }

    /// <summary>Whether expiry and size have 64 bits. Servers built with the older encoding write 32.</summary>
    public bool Is64Bit => (Flags & WideFlag) != 0;

    /// <summary>The key's type.</summary>
    public KvrocksType Type => (KvrocksType)(Flags & TypeMask);

    /// <summary>The time at which the key expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.</summary>
    public DateTimeOffset? Expiry => UnixTime.OfExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds { get; }

    /// <summary>Whether there are a version and a size: not with strings and JSON.</summary>
    public bool HasVersion { get; }

    /// <summary>The key's current life. Elements of another version are dead.</summary>
    public KvrocksVersion Version { get; }

    /// <summary>How many elements there are; of a bitmap, its length in bytes; of a Bloom filter, how many items were added.</summary>
    public ulong Size { get; }

    /// <summary>What follows the common part: the value of a string; of other types, what the <c>TryRead…</c> methods read.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>
    /// Whether a server would say at that time that the key exists: it has not expired, and has elements if its type needs some. (Kvrocks,
    /// <c>Metadata::ExpireAt</c>; a hash of nothing but fields that have expired is taken for gone, too.)
    /// </summary>
    /// <param name="time">The time; it counts to the millisecond.</param>
    public bool ExistsAt(DateTimeOffset time)
    {
        ulong nowMilliseconds = UnixTime.ToMilliseconds(time);
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
    /// Reads a metadata value. Of a type that has no name here the common part is read as far as it is there.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="metadata">What it says.</param>
    /// <param name="reason">Why it cannot be read, if it cannot.</param>
    /// <returns>Whether it could be read, with all that its type has.</returns>
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
            ReadOnlySpan<byte> behindExpiry = reader.Rest;
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
                metadata = new KvrocksMetadata(flags, expiry, 0, 0, hasVersion: false, behindExpiry);
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

    /// <summary>What a hash has; false if it is none.</summary>
    public bool TryReadHash(out HashMetadata hash)
    {
        hash = default;
        return Type == KvrocksType.Hash && HasVersion && HashMetadata.TryRead(Body, out hash);
    }

    /// <summary>What a list has; false if it is none.</summary>
    public bool TryReadList(out ListMetadata list)
    {
        list = default;
        return Type == KvrocksType.List && HasVersion && ListMetadata.TryRead(Body, out list);
    }

    /// <summary>What a stream has; false if it is none.</summary>
    public bool TryReadStream(out StreamMetadata stream)
    {
        stream = default;
        return Type == KvrocksType.Stream && HasVersion && StreamMetadata.TryRead(Body, out stream);
    }

    /// <summary>What a Bloom filter has; false if it is none.</summary>
    public bool TryReadBloomFilter(out BloomFilterMetadata bloomFilter)
    {
        bloomFilter = default;
        return Type == KvrocksType.BloomFilter && HasVersion && BloomFilterMetadata.TryRead(Body, out bloomFilter);
    }

    /// <summary>The form and the bytes of a JSON document; false if it is none.</summary>
    public bool TryReadJson(out JsonFormat format, out ReadOnlySpan<byte> document)
    {
        bool isJson = Type == KvrocksType.Json && !Body.IsEmpty;
        format = isJson ? (JsonFormat)Body[0] : default;
        document = isJson ? Body[1..] : default;
        return isJson;
    }

    /// <summary>What a t-digest has; false if it is none.</summary>
    public bool TryReadTDigest(out TDigestMetadata digest)
    {
        digest = default;
        return Type == KvrocksType.TDigest && HasVersion && TDigestMetadata.TryRead(Body, out digest);
    }

    /// <summary>What a time series has; false if it is none.</summary>
    public bool TryReadTimeSeries(out TimeSeriesMetadata timeSeries)
    {
        timeSeries = default;
        return Type == KvrocksType.TimeSeries && HasVersion && TimeSeriesMetadata.TryRead(Body, out timeSeries);
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
