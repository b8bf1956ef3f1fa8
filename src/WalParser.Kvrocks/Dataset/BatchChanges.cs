namespace WalParser.Kvrocks.Dataset;

/// <summary>What a batch did to a <see cref="Keyspace"/>.</summary>
public sealed class BatchChanges
{
    internal BatchChanges(
        IReadOnlyList<KeyChange> keys, IReadOnlyList<RangeDeletion> ranges, IReadOnlyList<BatchLogData> logData, IReadOnlyList<Undecodable> undecodable)
    {
        Keys = keys;
        RangeDeletions = ranges;
        LogData = logData;
        Undecodable = undecodable;
    }

    /// <summary>The keys that changed, in the order in which they were first touched.</summary>
    public IReadOnlyList<KeyChange> Keys { get; }

    /// <summary>The range deletions, in order. The keys they took away are among <see cref="Keys"/>.</summary>
    public IReadOnlyList<RangeDeletion> RangeDeletions { get; }

    /// <summary>The log data, in order.</summary>
    public IReadOnlyList<BatchLogData> LogData { get; }

    /// <summary>The operations that changed nothing because they could not be read, in order.</summary>
    public IReadOnlyList<Undecodable> Undecodable { get; }
}
