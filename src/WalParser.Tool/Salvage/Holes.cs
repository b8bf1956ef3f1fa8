using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Inspection;
using WalParser.WalSets;

namespace WalParser.Tool.Salvage;

/// <summary>Chooses the holes that are losses: a hole that the findings explain is none.</summary>
internal static class Holes
{
    /// <summary>Returns the holes of a report without those whose sequence numbers are only in notes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="inspection">The findings about the logs; null if there are none.</param>
    public static IReadOnlyList<SalvageHole> Of(SalvageReport report, InspectionRun? inspection) =>
        inspection is null ? report.Holes : [.. report.Holes.Where(hole => !IsExplained(hole, inspection))];

    private static bool IsExplained(SalvageHole hole, InspectionRun inspection)
    {
        if (hole is not { Before: { } before, After: { } after } || after.FirstSequence <= before.NextSequence)
        {
            return false;
        }

        Finding[] within =
        [
            .. inspection.AllFindings.Where(finding => finding is SequenceFinding
                && finding.FirstSequence < after.FirstSequence
                && finding.LastSequence >= before.NextSequence),
        ];
        return within.Length > 0 && Array.TrueForAll(within, finding => finding.Severity == FindingSeverity.Note);
    }
}
