namespace WalParser.Kvrocks.Dataset;

/// <summary>The changes that a batch made to a <see cref="Keyspace"/>.</summary>
public sealed class BatchChanges
{
    internal BatchChanges(
        IReadOnlyList<KeyChange> keys,
        IReadOnlyList<RangeDeletion> ranges,
        IReadOnlyList<BatchLogData> logData,
        IReadOnlyList<Undecodable> undecodable,
        IReadOnlyList<KeyspaceKey> restored)
    {
        Keys = keys;
        RangeDeletions = ranges;
        LogData = logData;
        Undecodable = undecodable;
        Restored = restored;
    }

    /// <summary>The keys that changed, in the order in which they were first touched.</summary>
    public IReadOnlyList<KeyChange> Keys { get; }

    /// <summary>The range deletions, in order. The keys that they deleted are among <see cref="Keys"/>.</summary>
    public IReadOnlyList<RangeDeletion> RangeDeletions { get; }

    /// <summary>The log data, in order.</summary>
    public IReadOnlyList<BatchLogData> LogData { get; }

    /// <summary>The operations that could not be read and so changed nothing, in order.</summary>
    public IReadOnlyList<Undecodable> Undecodable { get; }

    /// <summary>
    /// The keys that a range deletion contained and that exist after the batch, also if they have not changed and are not among
    /// <see cref="Keys"/>.
    /// </summary>
    internal IReadOnlyList<KeyspaceKey> Restored { get; }
}
