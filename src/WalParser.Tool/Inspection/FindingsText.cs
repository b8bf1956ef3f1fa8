using Spectre.Console;
using WalParser.Findings;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Inspection;

/// <summary>Writes the findings of an inspection for people, and sums them up.</summary>
internal static class FindingsText
{
    /// <summary>Writes a line for each finding, and what to do about them.</summary>
    public static void Write(InspectionRun run, ReportOutput output)
    {
        WriteFindings(run, output);
        var next = new NextLines();
        foreach (Finding finding in run.AllFindings)
        {
            next.Add(finding);
        }

        foreach (string line in next.All)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Writes a line for each finding.</summary>
    public static void WriteFindings(InspectionRun run, ReportOutput output)
    {
        foreach (Finding finding in run.DatabaseFindings)
        {
            Write(finding, file: null, output);
        }

        foreach (InspectedLog file in run.Files)
        {
            foreach (Finding finding in file.Log.Findings.Kept)
            {
                Write(finding, file.Input.Label, output);
            }

            long more = file.Log.Findings.Count - file.Log.Findings.Kept.Count;
            if (more > 0)
            {
                output.WriteLine($"{file.Input.Label}: {Grouped(more)} more", ReportOutput.Damage);
            }
        }
    }

    /// <summary>Returns what was found, in numbers: "nothing damaged or missing", or the findings by severity.</summary>
    public static string Sum(InspectionRun run)
    {
        List<string> sums = [];
        Add(FindingSeverity.Damage, "place is damaged", "places are damaged");
        Add(FindingSeverity.Loss, "loss", "losses");
        Add(FindingSeverity.Refusal, "reason for RocksDB to refuse", "reasons for RocksDB to refuse");
        if (sums.Count == 0)
        {
            sums.Add("no damage found, nothing missing");
        }

        Add(FindingSeverity.Note, "note", "notes");
        string unread = run.Failures.Count == 0 ? "" : $"; {Grouped(run.Failures.Count)} could not be read";
        return string.Join(", ", sums) + unread;

        void Add(FindingSeverity severity, string one, string many)
        {
            if (run.CountOf(severity) is > 0 and var count)
            {
                sums.Add(Count(count, one, many));
            }
        }
    }

    private static void Write(Finding finding, string? file, ReportOutput output) =>
        output.WriteLine(FindingText.Of(finding, file), IsSerious(finding) ? ReportOutput.Damage : Style.Plain);

    private static bool IsSerious(Finding finding) => finding.Severity != FindingSeverity.Note;
}
