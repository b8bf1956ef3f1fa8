namespace WalParser.TestSupport.Redis;

/// <summary>A key in a state. Properties that its type does not have are null.</summary>
public sealed record KeyState(StateBytes Key, string Type)
{
    /// <summary>The expiry, in milliseconds since 1970; null for never.</summary>
    public long? ExpireAtMs { get; init; }

    /// <summary>The bytes of a string, of a bitmap as GET returns them, or the text of a JSON document.</summary>
    public StateBytes? Text { get; init; }

    /// <summary>The number of bits of a bitmap that are set.</summary>
    public long? BitsSet { get; init; }

    /// <summary>The elements of a list in their order, of a set in any order, or of a sorted int as text.</summary>
    public IReadOnlyList<StateBytes>? Elements { get; init; }

    /// <summary>The fields of a hash with their values, or the members of a sorted set with their scores as text, in any order.</summary>
    public IReadOnlyList<(StateBytes Name, StateBytes Value)>? Pairs { get; init; }

    /// <summary>The entries of a stream in their order: the id, and then fields and values alternately.</summary>
    public IReadOnlyList<(string Id, IReadOnlyList<StateBytes> Fields)>? Entries { get; init; }

    /// <summary>
    /// The groups of a stream: the fields that XINFO GROUPS returns for each, by their names; numbers as text, null for none.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string?>>? Groups { get; init; }

    /// <summary>The count of a HyperLogLog that PFCOUNT returns.</summary>
    public long? Count { get; init; }
}
