using Spectre.Console;
using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Salvage;

/// <summary>Writes the report of <c>salvage</c> for people: a table of the WALs, every loss, and a summary.</summary>
internal static class SalvageText
{
    /// <param name="report">The report.</param>
    /// <param name="inspection">The findings about the logs; null if they can be read only once, so that the report has to do.</param>
    /// <param name="families">The names of the column families.</param>
    /// <param name="isDryRun">Whether nothing was written.</param>
    /// <param name="output">The output.</param>
    public static void Write(SalvageReport report, InspectionRun? inspection, FamilyNames families, bool isDryRun, ReportOutput output)
    {
        var table = new ReportTable(
            ("File", false), ("Records", true), ("After damage", true), ("Losses", true),
            ("Bytes", true), ("In records", true), ("Lost", true), ("Left out", true), ("Stale", true), ("Other", true));
        foreach (SalvagedLog log in report.Logs)
        {
            table.Add(
                log.LossCount > 0 || log.LeftOutRecords > log.RepeatedRecords || log.NotWritten is not null || log.Failure is not null,
                ShownText.Of(log.Source.Name),
                Grouped(log.Records),
                Grouped(log.RecoveredRecords),
                Grouped(log.LossCount),
                Grouped(log.Size),
                Grouped(log.RecordBytes),
                Grouped(log.LostBytes),
                Grouped(log.LeftOutBytes),
                Grouped(log.StaleBytes),
                Grouped(log.OtherBytes));
        }

        table.Write(output);
        if (inspection is not null)
        {
            FindingsText.WriteFindings(inspection, output);
        }
        else
        {
            foreach (Finding finding in report.Findings.Concat(report.SequenceFindings))
            {
                output.WriteLine(FindingText.Of(finding), ReportOutput.Damage);
            }
        }

        foreach (SalvagedLog log in report.Logs)
        {
            WriteLog(log, isDryRun, output);
        }

        foreach (SalvageHole hole in Holes.Of(report, inspection))
        {
            HoleText.Write(hole, families, output);
        }

        if (report.HoleCount > report.Holes.Count)
        {
            output.WriteLine($"{Count(report.HoleCount - report.Holes.Count, "more hole", "more holes")}");
        }

        output.WriteLine(
            $"{Count(report.Logs.Count, "file", "files")}, {Count(report.Logs.Sum(log => log.Records), "record", "records")} "
            + $"{(isDryRun ? "can be salvaged" : "salvaged")}: {string.Join("; ", Sum(report, inspection))}");
    }

    private static void WriteLog(SalvagedLog log, bool isDryRun, ReportOutput output)
    {
        string name = ShownText.Of(log.Source.Name);
        WriteAll("lost", log.Losses, log.LossCount, ReportOutput.Damage);
        WriteAll("mended", log.Mended, log.MendedCount, ReportOutput.Damage);
        WriteAll("left out", log.LeftOut, log.LeftOutRecords);
        if (log.NotWritten is { } finding)
        {
            output.WriteLine(
                $"not written: {ShownText.Of((finding with { File = log.Source.Name }).ToString())}",
                finding.Severity == FindingSeverity.Note ? Style.Plain : ReportOutput.Damage);
        }

        if (log.LeftOutRecords > log.RepeatedRecords)
        {
            string records = Count(log.LeftOutRecords - log.RepeatedRecords, "record", "records");
            string place = isDryRun || log.LeftOutPath is null ? "a log of their own" : ShownText.Of(log.LeftOutPath);
            output.WriteLine($"left out: {name}: {records} that RocksDB would refuse, in {place}");
        }

        if (log.DoubtfulRecords > 0)
        {
            output.WriteLine(
                $"found: {name}: {Count(log.DoubtfulRecords, "record", "records")} by searching after damage; their sequence "
                + "numbers fit, but a log inside a value could have the same");
        }

        foreach (StaleLog stale in log.Stale)
        {
            output.WriteLine(
                $"stale: {name}: {Count(stale.Records, "record", "records")} of its earlier use as log {stale.LogNumber}, in "
                + $"{ShownText.Of(stale.OutputPath)}");
        }

        if (log.StaleRecordsLeftOut > 0)
        {
            output.WriteLine(
                $"stale: {name}: {Count(log.StaleRecordsLeftOut, "record", "records")} of further earlier uses, not written: no log has "
                + "so many");
        }

        void WriteAll(string what, IReadOnlyList<Finding> findings, long count, Style? style = null)
        {
            foreach (Finding finding in findings)
            {
                output.WriteLine($"{what}: {ShownText.Of((finding with { File = log.Source.Name }).ToString())}", style ?? Style.Plain);
            }

            if (count > findings.Count)
            {
                output.WriteLine($"{what}: {name}: {Grouped(count - findings.Count)} more", style ?? Style.Plain);
            }
        }
    }

    private static List<string> Sum(SalvageReport report, InspectionRun? inspection)
    {
        List<string> findings = [];
        long losses = report.Logs.Sum(log => log.LossCount);
        if (losses > 0)
        {
            findings.Add($"{Count(losses, "loss", "losses")} of {Count(report.Logs.Sum(log => log.LostBytes), "byte", "bytes")}");
        }

        long refused = report.Logs.Sum(log => log.LeftOutRecords - log.RepeatedRecords);
        if (refused > 0)
        {
            findings.Add($"{Count(refused, "record", "records")} that RocksDB would refuse left out");
        }

        if (report.Logs.Count(log => log.NotWritten?.Kind == FindingKind.ForeignLog) is > 0 and int foreign)
        {
            findings.Add($"{Count(foreign, "log", "logs")} under the number of another log");
        }

        if (report.Logs.Count(log => log.NotWritten?.Kind == FindingKind.OnlyZeros) is > 0 and int zeros)
        {
            findings.Add($"{Count(zeros, "log", "logs")} of nothing but zeros");
        }

        Finding[] known = [.. inspection?.AllFindings ?? report.Findings.Concat(report.SequenceFindings)];
        if (known.Any(finding => finding.Kind is FindingKind.MissingWal or FindingKind.MissingNewestWal))
        {
            findings.Add("at least one log missing");
        }

        if (Holes.Of(report, inspection).Count(hole => hole.MissingSequences > 0) is > 0 and int holes)
        {
            findings.Add($"{Count(holes, "hole", "holes")} in the sequence numbers");
        }

        if (report.Logs.Count(log => log.Failure is not null) is > 0 and int failures)
        {
            findings.Add($"{Grouped(failures)} could not be salvaged to the end");
        }

        if (findings.Count == 0)
        {
            findings.Add("nothing lost");
        }

        if (report.Logs.Sum(log => log.MendedCount) is > 0 and long mended)
        {
            findings.Add($"{Count(mended, "fragment", "fragments")} with a damaged header read");
        }

        if (report.Logs.Sum(log => log.RepeatedRecords) is > 0 and long repeated)
        {
            findings.Add($"{Count(repeated, "repeated record", "repeated records")} left out");
        }

        return findings;
    }
}
