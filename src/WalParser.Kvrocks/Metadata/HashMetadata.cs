using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>The fields of the metadata of a hash: whether its fields can expire and, if so, the bounds of their expiry times.</summary>
/// <param name="HasFieldExpiration">Whether the value of each field begins with its expiry. If false, all other properties are 0.</param>
/// <param name="PersistentFields">The number of fields that never expire.</param>
/// <param name="LowerExpiryMilliseconds">The time before which no field expires, in milliseconds since 1970.</param>
/// <param name="UpperExpiryMilliseconds">The time after which no field expires, in milliseconds since 1970.</param>
public readonly record struct HashMetadata(
    bool HasFieldExpiration, ulong PersistentFields, ulong LowerExpiryMilliseconds, ulong UpperExpiryMilliseconds)
{
    private const byte FieldExpirationMode = 1;

    /// <summary>
    /// <see cref="LowerExpiryMilliseconds"/> as a point in time; null if it is 0, or after the year 9999.
    /// </summary>
    public DateTimeOffset? LowerExpiry => UnixMilliseconds.ToExpiry(LowerExpiryMilliseconds);

    /// <summary>
    /// <see cref="UpperExpiryMilliseconds"/> as a point in time; null if it is 0, or after the year 9999.
    /// </summary>
    public DateTimeOffset? UpperExpiry => UnixMilliseconds.ToExpiry(UpperExpiryMilliseconds);

    internal bool AllFieldsHaveExpiredAt(ulong nowMilliseconds) =>
        HasFieldExpiration && PersistentFields == 0 && UpperExpiryMilliseconds != 0 && UpperExpiryMilliseconds < nowMilliseconds;

    internal static bool TryRead(ReadOnlySpan<byte> body, out HashMetadata hash)
    {
        hash = default;
        var reader = new BigEndianReader(body);
        if (!reader.TryRead8(out byte mode) || mode != FieldExpirationMode)
        {
            return true;
        }

        bool isWhole = reader.TryRead64(out ulong persistent) & reader.TryRead64(out ulong lower) & reader.TryRead64(out ulong upper);
        hash = new HashMetadata(true, persistent, lower, upper);
        return isWhole;
    }
}
