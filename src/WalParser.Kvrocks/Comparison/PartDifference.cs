namespace WalParser.Kvrocks.Comparison;

/// <summary>A part of a key that is not the same in the logs and on the server.</summary>
/// <param name="Part">The part.</param>
/// <param name="Name">
/// Which one: the field or member, the index of a list element or register, the id of a stream entry, the consumer; empty if there is only
/// one.
/// </param>
/// <param name="Group">The consumer group that it belongs to; null if it belongs to none.</param>
/// <param name="Logs">What the logs have; null for nothing.</param>
/// <param name="Server">What the server has; null for nothing.</param>
public sealed record PartDifference(
    ComparedPart Part, ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte>? Group, ComparedValue? Logs, ComparedValue? Server);
