namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a group's consumer.</summary>
/// <param name="Pending">How many entries were delivered to it and not acknowledged.</param>
/// <param name="LastAttemptMilliseconds">When it last tried to read, in milliseconds since 1970.</param>
/// <param name="LastSuccessMilliseconds">When it last got something, in milliseconds since 1970.</param>
public readonly record struct StreamConsumer(ulong Pending, ulong LastAttemptMilliseconds, ulong LastSuccessMilliseconds)
{
    /// <summary>The time at which it last tried to read; null for one after the year 9999.</summary>
    public DateTimeOffset? LastAttempt => UnixTime.FromMilliseconds(LastAttemptMilliseconds);

    /// <summary>The time at which it last received something; null for one after the year 9999.</summary>
    public DateTimeOffset? LastSuccess => UnixTime.FromMilliseconds(LastSuccessMilliseconds);

    /// <summary>Reads a consumer's value; false if it is too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out StreamConsumer consumer)
    {
        var reader = new BigEndianReader(value);
        bool isWhole = reader.TryRead64(out ulong pending) & reader.TryRead64(out ulong attempt) & reader.TryRead64(out ulong success);
        consumer = new StreamConsumer(pending, attempt, success);
        return isWhole;
    }
}
