using WalParser.Findings;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using WalParser.WalSets;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Gaps;

/// <summary>Writes the report of <c>gaps</c> for people: a table of the WALs, the findings, and a summary.</summary>
internal static class GapsTextReport
{
    public static void Write(InspectionRun run, ReportOutput output)
    {
        if (run.IsEmpty)
        {
            return;
        }

        var table = new ReportTable(
            ("File", false), ("Records", true), ("First", true), ("Last", true), ("Missing", true), ("Findings", true));
        foreach (InspectedLog file in run.Files)
        {
            table.Add(
                !file.Log.IsClean,
                file.Input.Label,
                Grouped(file.Log.Records),
                file.Log.FirstSequence is { } first ? Grouped(first) : "none",
                file.Log.LastSequence is { } last ? Grouped(last) : "none",
                Grouped(Missing(file.Log.Findings.Kept)),
                Grouped(file.Log.Findings.SeriousCount));
        }

        table.Write(output);
        FindingsText.Write(run, output);
        ulong missing = Missing(run.AllFindings);
        long shown = (long)Math.Min(missing, long.MaxValue);
        string numbers = shown == 0 ? "" : $"{Count(shown, "sequence number", "sequence numbers")} missing, ";
        output.WriteLine($"{Count(run.Files.Count, "file", "files")}: {numbers}{FindingsText.Sum(run)}");
    }

    /// <summary>Returns how many sequence numbers are lost. Numbers can be close to 2^56, so the sum is limited.</summary>
    private static ulong Missing(IEnumerable<Finding> findings) => findings
        .OfType<SequenceFinding>()
        .Where(finding => finding.Kind == FindingKind.SequenceGap)
        .Aggregate(0UL, (sum, finding) => sum + Math.Min(finding.Missing, ulong.MaxValue - sum));
}
