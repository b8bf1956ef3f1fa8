namespace WalParser.Kvrocks.Replay;

/// <summary>Keys of a type that a replay would not bring over.</summary>
/// <param name="Type">The type.</param>
/// <param name="Refusal">The error with which the server refuses a command that the type needs; null if no command creates it.</param>
/// <param name="KeyCount">The number of keys.</param>
internal sealed record TypeLoss(string Type, string? Refusal, long KeyCount);
