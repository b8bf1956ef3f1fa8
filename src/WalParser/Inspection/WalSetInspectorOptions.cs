using WalParser.Framing;

namespace WalParser.Inspection;

/// <summary>The options of a <see cref="WalSetInspector"/>: how the set is read, and what the reader of the findings asks of it.</summary>
public sealed record WalSetInspectorOptions
{
    /// <summary>
    /// The recovery mode in which the set is read. The default, <see cref="WalRecoveryMode.SkipAnyCorruptedRecords"/>, reads everything.
    /// </summary>
    public WalRecoveryMode Mode { get; init; } = WalRecoveryMode.SkipAnyCorruptedRecords;

    /// <summary>
    /// The sequence number with which the wanted part begins; null for all. It is a finding if the set begins after it or ends before it,
    /// or if the number lies inside a batch.
    /// </summary>
    public ulong? StartSequence { get; init; }

    /// <summary>
    /// The sequence number with which the wanted part ends; null for the end of the set. It is a finding if the set ends before it.
    /// </summary>
    public ulong? EndSequence { get; init; }

    /// <summary>
    /// The sequence number of which the state is wanted; null for the last one. It is a finding if the set begins after it or ends before
    /// it.
    /// </summary>
    public ulong? StateSequence { get; init; }

    /// <summary>
    /// Whether the set is read by a <c>RecoveryReader</c>, which reports by itself what RocksDB does not take. The default is false.
    /// </summary>
    public bool IsRecovery { get; init; }

    /// <summary>
    /// Whether the first batch that is read is the first of the set. If not, nothing is said about what was written before it.
    /// </summary>
    public bool ReadsFromBeginning { get; init; } = true;
}
