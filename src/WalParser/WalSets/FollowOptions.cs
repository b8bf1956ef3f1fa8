namespace WalParser.WalSets;

/// <summary>How <see cref="WalSet.FollowAsync"/> follows a database that is being written to.</summary>
public sealed record FollowOptions
{
    /// <summary>Where it begins.</summary>
    public FollowStart Start { get; init; } = FollowStart.Beginning;

    /// <summary>How long it waits, where nothing is left to read, until it looks again. 100 milliseconds unless told otherwise.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PollInterval, TimeSpan.FromMilliseconds(1), nameof(PollInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PollInterval, TimeSpan.FromDays(1), nameof(PollInterval));
    }
}
