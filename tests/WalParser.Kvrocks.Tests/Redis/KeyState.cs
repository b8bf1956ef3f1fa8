namespace WalParser.Kvrocks.Tests.Redis;

/// <summary>A key as a state tells of it. What its type does not have is null.</summary>
internal sealed record KeyState(StateBytes Key, string Type)
{
    /// <summary>When it expires, in milliseconds since 1970; null for never.</summary>
    public long? ExpireAtMs { get; init; }

    /// <summary>A string's bytes, a bitmap's as GET gives them, a JSON document's text.</summary>
    public StateBytes? Text { get; init; }

    /// <summary>How many bits of a bitmap are set.</summary>
    public long? BitsSet { get; init; }

    /// <summary>The elements of a list in order, a set's in any, a sorted int's as text.</summary>
    public IReadOnlyList<StateBytes>? Elements { get; init; }

    /// <summary>A hash's fields with their values, a sorted set's members with their scores as text; in any order.</summary>
    public IReadOnlyList<(StateBytes Name, StateBytes Value)>? Pairs { get; init; }

    /// <summary>A stream's entries in order: the id, then fields and values by turns.</summary>
    public IReadOnlyList<(string Id, IReadOnlyList<StateBytes> Fields)>? Entries { get; init; }

    /// <summary>A stream's groups: what XINFO GROUPS says of each, by the name it gives it; numbers as text, null for none.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string?>>? Groups { get; init; }

    /// <summary>What PFCOUNT says of a HyperLogLog.</summary>
    public long? Count { get; init; }
}
