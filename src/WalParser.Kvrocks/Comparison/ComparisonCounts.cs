namespace WalParser.Kvrocks.Comparison;

/// <summary>What a comparison that is under way has found so far.</summary>
internal sealed class ComparisonCounts
{
    /// <summary>The result without what could not be compared.</summary>
    public ComparisonResult Found { get; } = new();

    public UncomparedList Uncompared { get; } = new();

    /// <summary>The number of keys of the server that were listed.</summary>
    public long ListedCount { get; set; }

    public ComparisonProgress Progress => new(Found.DoneCount, Found.KeyCount, ListedCount);

    public ComparisonResult ToResult() => Found with { Uncompared = Uncompared.ToList() };
}
