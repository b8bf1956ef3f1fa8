namespace WalParser.Databases;

/// <summary>Something about a database's files that is not as it should be. Reading goes on with what there is.</summary>
public sealed record DatabaseProblem
{
    /// <summary>What it is.</summary>
    public required DatabaseProblemKind Kind { get; init; }

    /// <summary>The file that it is about, relative to the folder.</summary>
    public required string File { get; init; }

    /// <summary>What happened, in a sentence without its end.</summary>
    public required string Message { get; init; }

    /// <summary>The file and the message.</summary>
    public override string ToString() => $"{File}: {Message}";
}
