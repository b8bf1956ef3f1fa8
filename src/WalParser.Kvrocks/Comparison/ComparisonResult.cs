namespace WalParser.Kvrocks.Comparison;

/// <summary>What a comparison has found so far. Each key of the logs that was looked at counts once.</summary>
public sealed record ComparisonResult
{
    /// <summary>The number of keys to compare that the logs have, expired ones and skipped ones included.</summary>
    public long KeyCount { get; internal set; }

    /// <summary>The number of keys that are the same.</summary>
    public long EqualCount { get; internal set; }

    /// <summary>The number of keys that only the logs have.</summary>
    public long MissingCount { get; internal set; }

    /// <summary>The number of keys that both have, with other content.</summary>
    public long DifferentCount { get; internal set; }

    /// <summary>The number of keys that only the server has.</summary>
    public long ExtraCount { get; internal set; }

    /// <summary>
    /// Whether <see cref="ExtraCount"/> may count a key twice, because the server may report it twice and there are too many to remember.
    /// </summary>
    public bool IsExtraCountUncertain { get; internal set; }

    /// <summary>The number of keys that have expired, so that they count as gone.</summary>
    public long ExpiredCount { get; internal set; }

    /// <summary>The number of keys up to <see cref="ComparisonOptions.After"/>, which were not looked at.</summary>
    public long SkippedCount { get; internal set; }

    /// <summary>The keys that could not be compared, or not entirely.</summary>
    public IReadOnlyList<Uncompared> Uncompared { get; internal init; } = [];

    /// <summary>The last key that was compared; all keys before it were, too. Null if there is none.</summary>
    public KeyPosition? LastCompared { get; internal set; }

    /// <summary>Whether all keys of the logs were looked at.</summary>
    public bool AreKeysDone { get; internal set; }

    /// <summary>Whether the comparison has reached its end: all keys of the logs and all keys of the server.</summary>
    public bool IsComplete { get; internal set; }

    /// <summary>Whether a difference was found.</summary>
    public bool HasDifferences => MissingCount + DifferentCount + ExtraCount > 0;

    /// <summary>The number of keys of the logs that were looked at, or skipped.</summary>
    public long DoneCount { get; internal set; }
}
