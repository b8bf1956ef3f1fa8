using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>Formats times as ISO 8601 in UTC.</summary>
internal static class Timestamp
{
    private static readonly ulong LatestMilliseconds = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Formats a time with milliseconds. Returns null for a time after the year 9999.</summary>
    public static string? OfMilliseconds(ulong milliseconds) =>
        milliseconds <= LatestMilliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : null;

    /// <summary>Formats a time with microseconds.</summary>
    public static string OfMicroseconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
