namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a consumer group.</summary>
/// <param name="Consumers">How many consumers it has.</param>
/// <param name="Pending">How many entries are delivered and not acknowledged.</param>
/// <param name="LastDeliveredId">The id of the last entry that was delivered.</param>
/// <param name="EntriesRead">How many entries it has read; −1 if that is not known.</param>
/// <param name="Lag">How many entries it is behind, as it stood when last written.</param>
public readonly record struct StreamGroup(ulong Consumers, ulong Pending, StreamEntryId LastDeliveredId, long EntriesRead, ulong Lag)
{
    /// <summary>Reads a group's value; false if it is too short.</summary>
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
