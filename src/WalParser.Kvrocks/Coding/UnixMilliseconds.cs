namespace WalParser.Kvrocks.Coding;

/// <summary>Converts between points in time and Kvrocks's milliseconds since 1970, which are unsigned and have 64 bits.</summary>
internal static class UnixMilliseconds
{
    private static readonly ulong Latest = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// Returns the point in time; null for one after the year 9999, which a <see cref="DateTimeOffset"/> cannot represent.
    /// </summary>
    public static DateTimeOffset? ToTime(ulong milliseconds) =>
        milliseconds <= Latest ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;

    /// <summary>Returns the expiry; null for 0, which means never, and for one after the year 9999.</summary>
    public static DateTimeOffset? ToExpiry(ulong milliseconds) => milliseconds == 0 ? null : ToTime(milliseconds);

    /// <summary>Returns the milliseconds since 1970, rounded down; 0 for times before that.</summary>
    public static ulong FromTime(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeMilliseconds());
}
