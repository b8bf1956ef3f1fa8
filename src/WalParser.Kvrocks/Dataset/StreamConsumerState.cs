using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A consumer of a group.</summary>
/// <param name="Name">The name.</param>
/// <param name="Consumer">The record of the consumer.</param>
public sealed record StreamConsumerState(ReadOnlyMemory<byte> Name, StreamConsumer Consumer);
