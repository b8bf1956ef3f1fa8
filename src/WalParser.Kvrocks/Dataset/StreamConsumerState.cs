using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A consumer of a group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Consumer">What its record says.</param>
public sealed record StreamConsumerState(ReadOnlyMemory<byte> Name, StreamConsumer Consumer);
