namespace WalParser.Coding;

/// <summary>Converts RocksDB's seconds since 1970, which are unsigned and have 64 bits, to points in time.</summary>
internal static class UnixSeconds
{
    private static readonly ulong Latest = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>
    /// Returns the point in time; null for one after the year 9999, which a <see cref="DateTimeOffset"/> cannot represent.
    /// </summary>
    public static DateTimeOffset? ToTime(ulong? seconds) =>
        seconds <= Latest ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
