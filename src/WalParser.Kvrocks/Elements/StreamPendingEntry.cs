namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a pending entry, read in place.</summary>
public readonly ref struct StreamPendingEntry
{
    private StreamPendingEntry(ulong delivered, ulong deliveries, ReadOnlySpan<byte> consumer)
    {
        DeliveredMilliseconds = delivered;
        Deliveries = deliveries;
        Consumer = consumer;
    }

    /// <summary>The time at which it was last delivered; null for one after the year 9999.</summary>
    public DateTimeOffset? Delivered => UnixTime.FromMilliseconds(DeliveredMilliseconds);

    /// <summary><see cref="Delivered"/> as it is stored: in milliseconds since 1970.</summary>
    public ulong DeliveredMilliseconds { get; }

    /// <summary>How often it was delivered.</summary>
    public ulong Deliveries { get; }

    /// <summary>The consumer that has it.</summary>
    public ReadOnlySpan<byte> Consumer { get; }

    /// <summary>Reads a pending entry's value; false if it is too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out StreamPendingEntry entry)
    {
        entry = default;
        var reader = new BigEndianReader(value);
        if (!reader.TryRead64(out ulong delivered)
            || !reader.TryRead64(out ulong deliveries)
            || !reader.TryReadSized64(out ReadOnlySpan<byte> consumer))
        {
            return false;
        }

        entry = new StreamPendingEntry(delivered, deliveries, consumer);
        return true;
    }
}
