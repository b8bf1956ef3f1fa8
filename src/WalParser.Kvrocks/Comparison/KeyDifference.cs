namespace WalParser.Kvrocks.Comparison;

/// <summary>A key that is not the same in the logs and on the server.</summary>
/// <param name="Kind">How it differs.</param>
/// <param name="Namespace">The namespace of the key; for an extra key, the first namespace of its database.</param>
/// <param name="Database">The number of the database on the server.</param>
/// <param name="Key">The key as the user knows it.</param>
/// <param name="Type">The type in the logs, as Kvrocks's TYPE reports it; for an extra key, the type that the server reports.</param>
/// <param name="Parts">
/// The parts that differ, at most <see cref="ComparisonOptions.MaxDifferencesPerKey"/>. For an extra key, only its expiry if it has expired
/// in the logs.
/// </param>
/// <param name="HasMore">Whether there may be more parts that differ.</param>
public sealed record KeyDifference(
    KeyDifferenceKind Kind,
    ReadOnlyMemory<byte> Namespace,
    int Database,
    ReadOnlyMemory<byte> Key,
    string Type,
    IReadOnlyList<PartDifference> Parts,
    bool HasMore);
