using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>An entry that was delivered to a consumer and not acknowledged yet.</summary>
/// <param name="Id">The id of the entry.</param>
/// <param name="Consumer">The consumer that has it.</param>
/// <param name="DeliveredMilliseconds">The time at which it was last delivered, in milliseconds since 1970.</param>
/// <param name="Deliveries">The number of deliveries.</param>
public sealed record StreamPendingState(StreamEntryId Id, ReadOnlyMemory<byte> Consumer, ulong DeliveredMilliseconds, ulong Deliveries)
{
    /// <summary>The time at which the entry was last delivered; null for one after the year 9999.</summary>
    public DateTimeOffset? Delivered => UnixMilliseconds.ToTime(DeliveredMilliseconds);
}
