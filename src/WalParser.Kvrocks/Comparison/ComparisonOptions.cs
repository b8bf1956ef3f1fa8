using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Comparison;

/// <summary>The options of a <see cref="DatasetComparer"/>.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The kind of server. It decides which type a key has there, as in <see cref="CommandConverter"/>.</summary>
    public CommandTarget Target { get; init; }

    /// <summary>The namespaces to compare; null for all. Keys in other namespaces are counted as not compared.</summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>>? Namespaces { get; init; }

    /// <summary>Returns the database of a namespace; null if all keys are in the database of the endpoint.</summary>
    public Func<ReadOnlyMemory<byte>, int>? DatabaseOf { get; init; }

    /// <summary>
    /// The key in which a replay keeps its checkpoint, in the database of the endpoint; in a cluster, the name with which the keys of the
    /// slots' checkpoints begin. The logs do not have them, and they are not reported.
    /// </summary>
    public ReadOnlyMemory<byte>? CheckpointKey { get; init; }

    /// <summary>The key after which the comparison begins, in the order of <see cref="KeyPosition"/>; null to compare all keys.</summary>
    public KeyPosition? After { get; init; }

    /// <summary>The greatest number of keys that are read in a second; null for no limit.</summary>
    public int? KeysPerSecond { get; init; }

    /// <summary>
    /// Whether the logs show the database from its beginning without a gap. If not, a key that only the server has may be older than the
    /// logs: it is counted as not compared, and not as extra.
    /// </summary>
    public bool IsLogWhole { get; init; } = true;

    /// <summary>The number of differences after which the comparison of a key ends.</summary>
    public int MaxDifferencesPerKey { get; init; } = 10;

    /// <summary>Receives the progress after each key; null for nothing.</summary>
    public IProgress<ComparisonProgress>? Progress { get; init; }

    /// <summary>The clock with which expiries are compared, corrected by the clock of the server.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
