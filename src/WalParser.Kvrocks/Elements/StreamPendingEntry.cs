using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a pending entry, read in place: its span points into the bytes that it was read from.</summary>
public readonly ref struct StreamPendingEntry
{
    private StreamPendingEntry(ulong delivered, ulong deliveries, ReadOnlySpan<byte> consumer)
    {
        DeliveredMilliseconds = delivered;
        Deliveries = deliveries;
        Consumer = consumer;
    }

    /// <summary>The time of the last delivery; null if that is after the year 9999.</summary>
    public DateTimeOffset? Delivered => UnixMilliseconds.ToTime(DeliveredMilliseconds);

    /// <summary><see cref="Delivered"/> as it is stored: in milliseconds since 1970.</summary>
    public ulong DeliveredMilliseconds { get; }

    /// <summary>The number of deliveries.</summary>
    public ulong Deliveries { get; }

    /// <summary>The name of the consumer that the entry was last delivered to.</summary>
    public ReadOnlySpan<byte> Consumer { get; }

    /// <summary>Reads the value of a pending entry. Returns false if the bytes are too short.</summary>
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
