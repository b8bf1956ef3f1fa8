namespace WalParser.WalSets;

/// <summary>The position at which <see cref="WalSet.FollowAsync"/> begins.</summary>
public readonly record struct FollowStart
{
    /// <summary>The oldest record that is available. The default.</summary>
    public static FollowStart Beginning => default;

    /// <summary>The first record that is written after the existing ones.</summary>
    public static FollowStart End => new() { IsEnd = true };

    /// <summary>
    /// The lowest requested sequence number: reading begins with the first batch that contains this number or a greater one. Null for the
    /// other positions.
    /// </summary>
    public ulong? Sequence { get; private init; }

    /// <summary>Whether the position is <see cref="End"/>.</summary>
    public bool IsEnd { get; private init; }

    /// <summary>Creates a position at the first batch that contains a sequence number or a greater one.</summary>
    /// <param name="sequence">The sequence number.</param>
    public static FollowStart FromSequence(ulong sequence) => new() { Sequence = sequence };
}
