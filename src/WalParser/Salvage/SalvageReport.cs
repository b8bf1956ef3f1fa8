using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>What a <see cref="LogSalvage"/> did.</summary>
/// <param name="Logs">The logs, in the order in which they were read.</param>
/// <param name="Findings">What is wrong with the set as a whole, or between its logs. What could not be read is told with its log.</param>
/// <param name="SequenceFindings">
/// Where the first batch that was salvaged of a log does not continue the last that was of those before: by what is missing, a gap may be a log that is not there.
/// Their files and offsets are those that were read.
/// </param>
public sealed record SalvageReport(IReadOnlyList<SalvagedLog> Logs, IReadOnlyList<Finding> Findings, IReadOnlyList<SequenceFinding> SequenceFindings)
{
    /// <summary>Whether anything was lost: bytes of a log, or sequence numbers between two.</summary>
    public bool HasLosses => Logs.Any(log => log.LossCount > 0) || SequenceFindings.Any(found => found.Kind == FindingKind.SequenceGap);

    /// <summary>Whether a log could not be read or written.</summary>
    public bool HasFailures => Logs.Any(log => log.Failure is not null);
}
