using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a consumer of a group.</summary>
/// <param name="Pending">The number of entries that were delivered to the consumer and not acknowledged.</param>
/// <param name="LastAttemptMilliseconds">The time of the last attempt to read, in milliseconds since 1970.</param>
/// <param name="LastSuccessMilliseconds">The time of the last read that returned an entry, in milliseconds since 1970.</param>
public readonly record struct StreamConsumer(ulong Pending, ulong LastAttemptMilliseconds, ulong LastSuccessMilliseconds)
{
    /// <summary>The time of its last attempt to read; null if that is after the year 9999.</summary>
    public DateTimeOffset? LastAttempt => UnixMilliseconds.ToTime(LastAttemptMilliseconds);

    /// <summary>The time of its last successful read; null if that is after the year 9999.</summary>
    public DateTimeOffset? LastSuccess => UnixMilliseconds.ToTime(LastSuccessMilliseconds);

    /// <summary>Reads the value of a consumer. Returns false if the bytes are too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out StreamConsumer consumer)
    {
        var reader = new BigEndianReader(value);
        bool isWhole = reader.TryRead64(out ulong pending) & reader.TryRead64(out ulong attempt) & reader.TryRead64(out ulong success);
        consumer = new StreamConsumer(pending, attempt, success);
        return isWhole;
    }
}
