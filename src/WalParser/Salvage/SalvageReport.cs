using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>The result of a <see cref="LogSalvage"/>.</summary>
/// <param name="Logs">The logs, in the order in which they were read.</param>
/// <param name="Findings">
/// The findings about the set as a whole, or between its logs. A log that could not be read is reported by its <see cref="SalvagedLog"/>.
/// </param>
/// <param name="SequenceFindings">
/// The places at which the first batch that was salvaged of a log does not continue the last batch that was salvaged of the logs before it.
/// A gap may mean that a log is missing. Files and offsets are those of the logs that were read.
/// </param>
public sealed record SalvageReport(
    IReadOnlyList<SalvagedLog> Logs, IReadOnlyList<Finding> Findings, IReadOnlyList<SequenceFinding> SequenceFindings)
{
    /// <summary>The maximum number of holes in <see cref="Holes"/>.</summary>
    public const int MaxListedHoles = 1000;

    /// <summary>
    /// The first <see cref="MaxListedHoles"/> places in the output at which something is missing, in order: losses between the same two
    /// records are one hole.
    /// </summary>
    public IReadOnlyList<SalvageHole> Holes { get; init; } = [];

    /// <summary>The number of holes.</summary>
    public long HoleCount { get; init; }

    /// <summary>
    /// Whether anything was lost: bytes of a log, sequence numbers between two records, records that RocksDB would refuse, or a log whose
    /// records belong to another log.
    /// </summary>
    public bool HasLosses => Logs.Any(log => log.HasLosses)
        || SequenceFindings.Any(found => found.Kind == FindingKind.SequenceGap)
        || Holes.Any(hole => hole.MissingSequences > 0);

    /// <summary>Whether a log could not be read or written.</summary>
    public bool HasFailures => Logs.Any(log => log.Failure is not null);
}
