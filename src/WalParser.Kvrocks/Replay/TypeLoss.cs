namespace WalParser.Kvrocks.Replay;

/// <summary>Keys of a type that a replay would not bring over.</summary>
/// <param name="Type">The type.</param>
/// <param name="Command">The command that the type needs and the server refuses; null if no command creates the type.</param>
/// <param name="Refusal">The error with which the server refuses the command; null if no command creates the type.</param>
/// <param name="KeyCount">The number of keys.</param>
internal sealed record TypeLoss(string Type, string? Command, string? Refusal, long KeyCount)
{
    /// <summary>Whether the caller does not want the keys.</summary>
    public bool IsChosen { get; init; }
}
