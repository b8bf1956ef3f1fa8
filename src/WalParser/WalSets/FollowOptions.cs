namespace WalParser.WalSets;

/// <summary>The options of <see cref="WalSet.FollowAsync"/>, which follows a database that is being written to.</summary>
public sealed record FollowOptions
{
    /// <summary>The position at which to begin.</summary>
    public FollowStart Start { get; init; } = FollowStart.Beginning;

    /// <summary>The time to wait before looking for new data when all data was read. The default is 100 milliseconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PollInterval, TimeSpan.FromMilliseconds(1), nameof(PollInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PollInterval, TimeSpan.FromDays(1), nameof(PollInterval));
    }
}
