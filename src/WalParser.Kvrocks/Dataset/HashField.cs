using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A field of a hash.</summary>
/// <param name="Field">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="ExpiryMilliseconds">The time at which the field expires, in milliseconds since 1970; 0 means never.</param>
public readonly record struct HashField(ReadOnlyMemory<byte> Field, ReadOnlyMemory<byte> Value, ulong ExpiryMilliseconds)
{
    /// <summary>
    /// The time at which the field expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.
    /// </summary>
    public DateTimeOffset? Expiry => UnixMilliseconds.ToExpiry(ExpiryMilliseconds);

    /// <summary>Returns true if the field has not expired at a time.</summary>
    /// <param name="time">The time; it counts to the millisecond.</param>
    public bool ExistsAt(DateTimeOffset time) => ExpiryMilliseconds == 0 || ExpiryMilliseconds >= UnixMilliseconds.FromTime(time);
}
