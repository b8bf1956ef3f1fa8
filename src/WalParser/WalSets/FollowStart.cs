namespace WalParser.WalSets;

/// <summary>Where <see cref="WalSet.FollowAsync"/> begins.</summary>
public readonly record struct FollowStart
{
    /// <summary>With the oldest record that is there. The default.</summary>
    public static FollowStart Beginning => default;

    /// <summary>With the first record that is written after what is there already.</summary>
    public static FollowStart End => new() { IsEnd = true };

    /// <summary>
    /// The lowest sequence number that is wanted: it begins with the first batch that takes this number or a greater one. Null for the other
    /// starts.
    /// </summary>
    public ulong? Sequence { get; private init; }

    /// <summary>Whether it is <see cref="End"/>.</summary>
    public bool IsEnd { get; private init; }

    /// <summary>With the first batch that takes this sequence number or a greater one.</summary>
    /// <param name="sequence">The sequence number.</param>
    public static FollowStart FromSequence(ulong sequence) => new() { Sequence = sequence };
}
