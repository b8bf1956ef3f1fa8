using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a consumer group.</summary>
/// <param name="Consumers">The number of consumers.</param>
/// <param name="Pending">The number of entries that were delivered and not acknowledged.</param>
/// <param name="LastDeliveredId">The id of the last entry that was delivered.</param>
/// <param name="EntriesRead">The number of entries that the group has read; −1 if it is not known.</param>
/// <param name="Lag">The number of entries that the group had still to read when this value was written.</param>
public readonly record struct StreamGroup(ulong Consumers, ulong Pending, StreamEntryId LastDeliveredId, long EntriesRead, ulong Lag)
{
    /// <summary>Reads the value of a group. Returns false if the bytes are too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out StreamGroup group)
    {
        var reader = new BigEndianReader(value);
        bool isWhole = reader.TryRead64(out ulong consumers)
            & reader.TryRead64(out ulong pending)
            & StreamEntryId.TryRead(ref reader, out StreamEntryId lastDelivered)
            & reader.TryRead64(out ulong entriesRead)
            & reader.TryRead64(out ulong lag);
        group = new StreamGroup(consumers, pending, lastDelivered, (long)entriesRead, lag);
        return isWhole;
    }
}
