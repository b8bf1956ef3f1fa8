using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Verify;

/// <summary>Writes the report of <c>verify</c> for people: a table of the WALs, the findings, and a summary.</summary>
internal static class VerifyTextReport
{
    public static void Write(InspectionRun run, ReportOutput output)
    {
        if (run.IsEmpty)
        {
            return;
        }

        var table = new ReportTable(
            ("File", false), ("Records", true), ("Operations", true), ("Bytes", true), ("Sequence numbers", true), ("Findings", true));
        foreach (InspectedLog file in run.Files)
        {
            table.Add(
                !file.Log.IsClean,
                file.Input.Label,
                Grouped(file.Log.Records),
                Grouped(file.Log.Operations),
                Grouped(file.Log.Size),
                Range(file.Log.FirstSequence, file.Log.LastSequence),
                Grouped(file.Log.Findings.SeriousCount));
        }

        table.Write(output);
        FindingsText.Write(run, output);
        output.WriteLine(Sum(run));
    }

    private static string Sum(InspectionRun run) =>
        $"{Count(run.Files.Count, "file", "files")}, {Count(run.Files.Sum(file => file.Log.Records), "record", "records")}, "
        + $"{Count(run.Files.Sum(file => file.Log.Operations), "operation", "operations")}, "
        + $"{Count(run.Files.Sum(file => file.Log.Size), "byte", "bytes")}: {FindingsText.Sum(run)}";
}
