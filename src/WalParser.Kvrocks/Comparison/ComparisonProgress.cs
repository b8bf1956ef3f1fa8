namespace WalParser.Kvrocks.Comparison;

/// <summary>How far a comparison is.</summary>
/// <param name="Done">The number of keys of the logs that were looked at or skipped.</param>
/// <param name="KeyCount">The number of keys of the logs.</param>
/// <param name="Listed">The number of keys of the server that were listed, which happens after the keys of the logs.</param>
public readonly record struct ComparisonProgress(long Done, long KeyCount, long Listed);
