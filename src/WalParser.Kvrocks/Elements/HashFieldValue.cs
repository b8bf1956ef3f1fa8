using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a hash field, read in place: its span points into the bytes that it was read from.</summary>
public readonly ref struct HashFieldValue
{
    private HashFieldValue(ulong expiry, ReadOnlySpan<byte> value)
    {
        ExpiryMilliseconds = expiry;
        Value = value;
    }

    /// <summary>
    /// The time at which the field expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.
    /// </summary>
    public DateTimeOffset? Expiry => UnixMilliseconds.ToExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds { get; }

    /// <summary>The value that the user stored.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Returns true if the field has not expired at the given time.</summary>
    /// <param name="time">The time, which counts to the millisecond.</param>
    public bool ExistsAt(DateTimeOffset time) => ExpiryMilliseconds == 0 || ExpiryMilliseconds >= UnixMilliseconds.FromTime(time);

    /// <summary>Reads the value of a field. Returns false if the bytes are too short.</summary>
    /// <param name="bytes">The value as it is stored.</param>
    /// <param name="hasFieldExpiration">Whether the values of the hash begin with an expiry, according to the metadata of the hash.</param>
    /// <param name="value">The value that was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasFieldExpiration, out HashFieldValue value)
    {
        value = new HashFieldValue(0, bytes);
        if (!hasFieldExpiration)
        {
            return true;
        }

        var reader = new BigEndianReader(bytes);
        bool isWhole = reader.TryRead64(out ulong expiry);
        value = new HashFieldValue(expiry, reader.Rest);
        return isWhole;
    }
}
