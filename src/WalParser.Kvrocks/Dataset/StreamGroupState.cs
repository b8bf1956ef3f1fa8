using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A consumer group of a stream with all it has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">What its own record says.</param>
/// <param name="Consumers">Its consumers, by name in byte order.</param>
/// <param name="Pending">What was delivered and not acknowledged, by id.</param>
public sealed record StreamGroupState(
    ReadOnlyMemory<byte> Name, StreamGroup Group, IReadOnlyList<StreamConsumerState> Consumers, IReadOnlyList<StreamPendingState> Pending);
