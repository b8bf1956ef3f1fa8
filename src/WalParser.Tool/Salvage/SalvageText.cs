using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Output;
using WalParser.WalSets;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Salvage;

/// <summary>Writes the report of <c>salvage</c> for people: a table of the WALs, every loss, and a summary.</summary>
internal static class SalvageText
{
    public static void Write(SalvageReport report, ReportOutput output)
    {
        var table = new ReportTable(
            ("File", false), ("Records", true), ("After damage", true), ("Losses", true),
            ("Bytes", true), ("In records", true), ("Lost", true), ("Stale", true), ("Other", true));
        foreach (SalvagedLog log in report.Logs)
        {
            table.Add(
                log.LossCount > 0 || log.Failure is not null,
                OneLine.Of(log.Source.Name),
                Grouped(log.Records),
                Grouped(log.RecoveredRecords),
                Grouped(log.LossCount),
                Grouped(log.Size),
                Grouped(log.RecordBytes),
                Grouped(log.LostBytes),
                Grouped(log.StaleBytes),
                Grouped(log.OtherBytes));
        }

        table.Write(output);
        foreach (SalvagedLog log in report.Logs)
        {
            string name = OneLine.Of(log.Source.Name);
            foreach (Finding loss in log.Losses)
            {
                string bytes = Count(loss.Bytes, "byte", "bytes");
                output.WriteLine($"{name}, offset {Grouped(loss.Offset)}: {loss.Reason} ({bytes} lost)", ReportOutput.Damage);
            }

            if (log.LossCount > log.Losses.Count)
            {
                output.WriteLine($"{name}: {Grouped(log.LossCount - log.Losses.Count)} more losses", ReportOutput.Damage);
            }

            if (log.DoubtfulRecords > 0)
            {
                output.WriteLine(
                    $"{name}: {Count(log.DoubtfulRecords, "record", "records")} found by searching after damage; their sequence "
                    + "numbers fit, but a log inside a value could have the same");
            }

            foreach (StaleLog stale in log.Stale)
            {
                output.WriteLine(
                    $"{name}: {Count(stale.Records, "record", "records")} of its earlier use as log {stale.LogNumber}, in "
                    + $"{OneLine.Of(stale.OutputPath)}");
            }

            if (log.StaleRecordsLeftOut > 0)
            {
                output.WriteLine(
                    $"{name}: {Count(log.StaleRecordsLeftOut, "record", "records")} of further earlier uses, not written: no log has "
                    + "so many");
            }
        }

        foreach (Finding problem in report.Findings)
        {
            output.WriteLine(OneLine.Of(problem.ToString()), ReportOutput.Damage);
        }

        foreach (SequenceFinding found in report.SequenceFindings)
        {
            output.WriteLine($"{OneLine.Of(found.Wal.Name)}, offset {Grouped(found.Offset)}: {found.Reason}", ReportOutput.Damage);
        }

        output.WriteLine(
            $"{Count(report.Logs.Count, "file", "files")}, {Count(report.Logs.Sum(log => log.Records), "record", "records")} "
            + $"salvaged: {string.Join("; ", Sum(report))}");
    }

    private static List<string> Sum(SalvageReport report)
    {
        List<string> findings = [];
        long losses = report.Logs.Sum(log => log.LossCount);
        if (losses > 0)
        {
            findings.Add($"{Count(losses, "loss", "losses")} of {Count(report.Logs.Sum(log => log.LostBytes), "byte", "bytes")}");
        }

        if (report.Findings.Any(problem => problem.Kind is FindingKind.MissingWal or FindingKind.MissingNewestWal))
        {
            findings.Add("at least one log missing");
        }

        if (report.SequenceFindings.Count(found => found.Kind == FindingKind.SequenceGap) is > 0 and int gaps)
        {
            findings.Add($"{Count(gaps, "gap", "gaps")} between logs");
        }

        if (report.Logs.Count(log => log.Failure is not null) is > 0 and int failures)
        {
            findings.Add($"{Grouped(failures)} could not be salvaged to the end");
        }

        return findings.Count > 0 ? findings : ["nothing lost"];
    }
}
