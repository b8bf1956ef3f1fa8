using WalParser.Databases;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Verify;

/// <summary>Writes the report of <c>verify</c> for people: a table of the WALs, every stale tail and corruption, and a summary.</summary>
internal static class VerifyTextReport
{
    public static void Write(SurveyRun run, ReportOutput output)
    {
        if (run.Files.Count == 0)
        {
            return;
        }

        var table = new ReportTable(
            ("File", false), ("Records", true), ("Operations", true), ("Bytes", true), ("Sequence numbers", true), ("Corruptions", true));
        foreach (FileSurvey file in run.Files)
        {
            table.Add(
                !file.IsClean,
                file.Input.Label,
                Grouped(file.Records),
                Grouped(file.Operations),
                Grouped(file.Size),
                Range(file.FirstSequence, file.LastSequence),
                Grouped(file.Damages.Count));
        }

        table.Write(output);
        foreach (FileSurvey file in run.Files)
        {
            WriteFindings(file, output);
        }

        foreach (DatabaseProblem problem in run.Problems)
        {
            output.WriteLine(problem.ToString(), ReportOutput.Damage);
        }

        output.WriteLine(Sum(run));
    }

    private static void WriteFindings(FileSurvey file, ReportOutput output)
    {
        if (file.StaleTailOffset is { } offset)
        {
            output.WriteLine($"{file.Input.Label}, offset {Grouped(offset)}: stale tail of {Count(file.StaleTailSize, "byte", "bytes")}, "
                + "left over from the recycled log's earlier life; no damage");
        }

        foreach (Damage damage in file.Damages.Kept)
        {
            output.WriteLine($"{file.Input.Label}, {damage}", ReportOutput.Damage);
        }

        if (file.Damages.Count > file.Damages.Kept.Count)
        {
            output.WriteLine($"{file.Input.Label}: {Grouped(file.Damages.Count - file.Damages.Kept.Count)} more", ReportOutput.Damage);
        }
    }

    private static string Sum(SurveyRun run)
    {
        long corruptions = run.Files.Sum(file => file.Damages.Count);
        List<string> damage = [];
        if (corruptions > 0)
        {
            damage.Add(
                $"{Count(corruptions, "corruption", "corruptions")} in "
                + $"{Count(run.Files.Count(file => !file.IsClean), "file", "files")}");
        }

        if (run.Problems.Count > 0)
        {
            damage.Add($"{Count(run.Problems.Count, "problem", "problems")} between files");
        }

        string findings = damage.Count == 0 ? "no damage found" : string.Join(", ", damage);
        string unread = run.Failures.Count == 0 ? "" : $"; {Grouped(run.Failures.Count)} could not be read";
        return $"{Count(run.Files.Count, "file", "files")}, {Count(run.Files.Sum(file => file.Records), "record", "records")}, "
            + $"{Count(run.Files.Sum(file => file.Operations), "operation", "operations")}, "
            + $"{Count(run.Files.Sum(file => file.Size), "byte", "bytes")}: {findings}{unread}";
    }
}
