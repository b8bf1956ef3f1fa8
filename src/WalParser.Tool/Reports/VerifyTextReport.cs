using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;
using static WalParser.Tool.Reports.ReportText;

namespace WalParser.Tool.Reports;

/// <summary>What <c>verify</c> shows people: a table, then every stale tail and corruption, then the sum.</summary>
internal static class VerifyTextReport
{
    public static void Write(SurveyRun run, ToolConsole console, TextWriter output)
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
                LabelOf(file.Input),
                Grouped(file.Records),
                Grouped(file.Operations),
                Grouped(file.Size),
                Range(file.FirstSequence, file.LastSequence),
                Grouped(file.Damages.Count));
        }

        table.Write(console, output);
        foreach (FileSurvey file in run.Files)
        {
            WriteFindings(file, console, output);
        }

        output.WriteLine(Sum(run));
    }

    private static void WriteFindings(FileSurvey file, ToolConsole console, TextWriter output)
    {
        if (file.StaleTailOffset is { } offset)
        {
            output.WriteLine($"{LabelOf(file.Input)}, offset {Grouped(offset)}: stale tail of {Count(file.StaleTailSize, "byte", "bytes")}, "
                + "left over from the recycled log's earlier life; no damage");
        }

        (string red, string plain) = console.UsesColour ? ("\e[31m", "\e[0m") : ("", "");
        foreach (Damage damage in file.Damages.Kept)
        {
            output.WriteLine($"{red}{LabelOf(file.Input)}, {damage}{plain}");
        }

        if (file.Damages.Count > file.Damages.Kept.Count)
        {
            output.WriteLine($"{red}{LabelOf(file.Input)}: {Grouped(file.Damages.Count - file.Damages.Kept.Count)} more{plain}");
        }
    }

    private static string Sum(SurveyRun run)
    {
        long corruptions = run.Files.Sum(file => file.Damages.Count);
        string findings = corruptions == 0
            ? "no damage found"
            : $"{Count(corruptions, "corruption", "corruptions")} in {Count(run.Files.Count(file => !file.IsClean), "file", "files")}";
        string unread = run.Failures.Count == 0 ? "" : $"; {Grouped(run.Failures.Count)} could not be read";
        return $"{Count(run.Files.Count, "file", "files")}, {Count(run.Files.Sum(file => file.Records), "record", "records")}, "
            + $"{Count(run.Files.Sum(file => file.Operations), "operation", "operations")}, "
            + $"{Count(run.Files.Sum(file => file.Size), "byte", "bytes")}: {findings}{unread}";
    }

    private static string LabelOf(WalInput input) => Name(input.IsStandardInput ? "standard input" : input.Label);
}
