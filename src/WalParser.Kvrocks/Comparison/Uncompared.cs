namespace WalParser.Kvrocks.Comparison;

/// <summary>Keys that could not be compared, or not entirely.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Subject">The name of the type, or the namespace for <see cref="UncomparedReason.OtherNamespace"/>.</param>
/// <param name="Count">The number of keys.</param>
/// <param name="Examples">The first few keys.</param>
public sealed record Uncompared(UncomparedReason Reason, string Subject, long Count, IReadOnlyList<ReadOnlyMemory<byte>> Examples);
