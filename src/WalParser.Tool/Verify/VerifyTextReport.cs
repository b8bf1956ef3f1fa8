using WalParser.Findings;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Verify;

/// <summary>Writes the report of <c>verify</c> for people: a table of the WALs, every stale tail and corruption, and a summary.</summary>
internal static class VerifyTextReport
{
    public static void Write(InspectionRun run, ReportOutput output)
    {
        if (run.Files.Count == 0)
        {
            return;
        }

        var table = new ReportTable(
            ("File", false), ("Records", true), ("Operations", true), ("Bytes", true), ("Sequence numbers", true), ("Corruptions", true));
        foreach (InspectedLog file in run.Files)
        {
            table.Add(
                !file.Log.IsClean,
                file.Input.Label,
                Grouped(file.Log.Records),
                Grouped(file.Log.Operations),
                Grouped(file.Log.Size),
                Range(file.Log.FirstSequence, file.Log.LastSequence),
                Grouped(file.Log.Damage.Count));
        }

        table.Write(output);
        foreach (InspectedLog file in run.Files)
        {
            WriteFindings(file, output);
        }

        foreach (Finding problem in run.Findings)
        {
            output.WriteLine(problem.ToString(), ReportOutput.Damage);
        }

        output.WriteLine(Sum(run));
    }

    private static void WriteFindings(InspectedLog file, ReportOutput output)
    {
        if (file.Log.StaleTailOffset is { } offset)
        {
            output.WriteLine(
                $"{file.Input.Label}, offset {Grouped(offset)}: stale tail of {Count(file.Log.StaleTailSize, "byte", "bytes")}, "
                + "left over from the recycled log's earlier use; no damage");
        }

        foreach (Finding damage in file.Log.Damage.Kept)
        {
            output.WriteLine(FindingText.Of(damage, file.Input.Label), ReportOutput.Damage);
        }

        long more = file.Log.Damage.Count - file.Log.Damage.Kept.Count;
        if (more > 0)
        {
            output.WriteLine($"{file.Input.Label}: {Grouped(more)} more", ReportOutput.Damage);
        }
    }

    private static string Sum(InspectionRun run)
    {
        long corruptions = run.Files.Sum(file => file.Log.Damage.Count);
        List<string> damage = [];
        if (corruptions > 0)
        {
            damage.Add(
                $"{Count(corruptions, "corruption", "corruptions")} in "
                + $"{Count(run.Files.Count(file => !file.Log.IsClean), "file", "files")}");
        }

        if (run.Findings.Count > 0)
        {
            damage.Add($"{Count(run.Findings.Count, "problem", "problems")} between files");
        }

        string findings = damage.Count == 0 ? "no damage found" : string.Join(", ", damage);
        string unread = run.Failures.Count == 0 ? "" : $"; {Grouped(run.Failures.Count)} could not be read";
        return $"{Count(run.Files.Count, "file", "files")}, {Count(run.Files.Sum(file => file.Log.Records), "record", "records")}, "
            + $"{Count(run.Files.Sum(file => file.Log.Operations), "operation", "operations")}, "
            + $"{Count(run.Files.Sum(file => file.Log.Size), "byte", "bytes")}: {findings}{unread}";
    }
}
