namespace WalParser.Kvrocks.Comparison;

/// <summary>The counts of a comparison that is under way.</summary>
internal sealed class ComparisonCounts
{
    public long KeyCount { get; set; }

    public long EqualCount { get; set; }

    public long MissingCount { get; set; }

    public long DifferentCount { get; set; }

    public long ExtraCount { get; set; }

    public bool IsExtraCountUncertain { get; set; }

    public long ExpiredCount { get; set; }

    public long SkippedCount { get; set; }

    public long DoneCount { get; set; }

    public UncomparedList Uncompared { get; } = new();

    public KeyPosition? LastCompared { get; set; }

    public bool AreKeysDone { get; set; }

    public bool IsComplete { get; set; }

    public long ListedCount { get; set; }

    public ComparisonProgress Progress => new(DoneCount + SkippedCount, KeyCount, ListedCount);

    public ComparisonResult ToResult() => new()
    {
        KeyCount = KeyCount,
        EqualCount = EqualCount,
        MissingCount = MissingCount,
        DifferentCount = DifferentCount,
        ExtraCount = ExtraCount,
        IsExtraCountUncertain = IsExtraCountUncertain,
        ExpiredCount = ExpiredCount,
        SkippedCount = SkippedCount,
        DoneCount = DoneCount + SkippedCount,
        Uncompared = Uncompared.ToList(),
        LastCompared = LastCompared,
        AreKeysDone = AreKeysDone,
        IsComplete = IsComplete,
    };
}
