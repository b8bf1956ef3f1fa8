using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A consumer group of a stream, with its consumers and pending entries.</summary>
/// <param name="Name">The name.</param>
/// <param name="Group">The record of the group.</param>
/// <param name="Consumers">The consumers, by name in byte order.</param>
/// <param name="Pending">The entries that were delivered and not acknowledged, by id.</param>
public sealed record StreamGroupState(
    ReadOnlyMemory<byte> Name, StreamGroup Group, IReadOnlyList<StreamConsumerState> Consumers, IReadOnlyList<StreamPendingState> Pending);
