using System.Globalization;
using Spectre.Console;
using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using WalParser.WalSets;
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
        Finding[] known = [.. inspection?.AllFindings ?? report.Findings.Concat(report.SequenceFindings)];
        IReadOnlyList<SalvageHole> holes = Holes.Of(report, inspection);
        bool searches = inspection is not null && report.Logs.Any(log => log.LossCount + log.MendedCount > 0 && log.NotWritten is null);
        if (searches)
        {
            output.WriteLine(
                "Findings of a reading that does not search for records after damage in a block, as all commands report them:");
        }

        if (inspection is not null)
        {
            FindingsText.WriteFindings(inspection, output);
        }
        else
        {
            foreach (Finding finding in known)
            {
                output.WriteLine(FindingText.Of(finding), ReportOutput.Damage);
            }
        }

        if (searches)
        {
            output.WriteLine("What is lost after the search:");
        }

        foreach (SalvagedLog log in report.Logs)
        {
            WriteLog(log, known, isDryRun, output);
        }

        SequenceFinding[] gaps = [.. known.OfType<SequenceFinding>().Where(finding => finding.Kind == FindingKind.SequenceGap)];
        foreach (SalvageHole hole in holes)
        {
            HoleText.Write(hole, gaps, families, output);
        }

        if (report.HoleCount > report.Holes.Count)
        {
            output.WriteLine($"{Count(report.HoleCount - report.Holes.Count, "more hole", "more holes")}");
        }

        output.WriteLine(
            $"{Count(report.Logs.Count, "file", "files")}, {Count(report.Logs.Sum(log => log.Records), "record", "records")} "
            + $"{(isDryRun ? "can be salvaged" : "salvaged")}: {string.Join("; ", Sum(report, known, holes))}");
    }

    private static void WriteLog(SalvagedLog log, IReadOnlyList<Finding> known, bool isDryRun, ReportOutput output)
    {
        string name = ShownText.Of(log.Source.Name);

        // That all records belong to another log is told as the reason why nothing is written.
        Finding[] losses = [.. log.Losses.Where(loss => loss.Kind != log.NotWritten?.Kind)];
        WriteAll("lost", losses, log.LossCount - (log.Losses.Count - losses.Length), ReportOutput.Damage);
        WriteAll("mended", log.Mended, log.MendedCount, ReportOutput.Damage);
        WriteAll("left out", log.LeftOut, log.LeftOutRecords);
        if (log.NotWritten is { } finding)
        {
            bool isTold = known.Any(other => other.Kind == finding.Kind && other.File == log.Source.Name);
            output.WriteLine(
                $"not written: {(isTold ? name : ShownText.Of((finding with { File = log.Source.Name }).ToString()))}",
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
                // The bytes are those of whole fragments; a finding has those that RocksDB counts as dropped.
                string bytes = finding.Bytes == 0 ? "" : string.Create(
                    CultureInfo.InvariantCulture, $" ({finding.Bytes} {(finding.Bytes == 1 ? "byte" : "bytes")} with headers)");
                string line = (finding with { File = log.Source.Name, Bytes = 0 }).ToString();
                output.WriteLine($"{what}: {ShownText.Of(line)}{bytes}", style ?? Style.Plain);
            }

            if (count > findings.Count)
            {
                output.WriteLine($"{what}: {name}: {Grouped(count - findings.Count)} more", style ?? Style.Plain);
            }
        }
    }

    /// <summary>Returns the number of lost bytes. That of a copy that was not read to its end is not known.</summary>
    private static string LostBytes(SalvageReport report)
    {
        long bytes = report.Logs.Sum(log => log.LostBytes);
        bool isKnown = !report.Logs.SelectMany(log => log.Losses)
            .Any(loss => loss.Kind is FindingKind.CopyTooLarge or FindingKind.DamagedCopy);
        return isKnown ? Count(bytes, "byte", "bytes")
            : bytes == 0 ? "an unknown number of bytes"
            : $"at least {Count(bytes, "byte", "bytes")}";
    }

    private static List<string> Sum(SalvageReport report, Finding[] known, IReadOnlyList<SalvageHole> holes)
    {
        List<string> findings = [];
        long losses = report.Logs.Sum(log => log.LossCount);
        if (losses > 0)
        {
            findings.Add($"{Count(losses, "loss", "losses")} of {LostBytes(report)}");
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

        if (known.Any(finding => finding.Kind is FindingKind.MissingWal or FindingKind.MissingNewestWal or FindingKind.MissingNeededWal))
        {
            findings.Add("at least one log missing");
        }

        if (holes.Count(hole => hole.MissingSequences > 0) is > 0 and int numbered)
        {
            findings.Add($"{Count(numbered, "hole", "holes")} in the sequence numbers");
        }

        if (report.Logs.Count(log => log.Failure is not null) is > 0 and int failures)
        {
            findings.Add($"{Grouped(failures)} could not be salvaged to the end");
        }

        if (findings.Count == 0)
        {
            // Something can be missing that is in no log. A gap inside the logs is a hole, unless the search has found the records.
            int missing = known.Count(finding => finding is { Severity: FindingSeverity.Loss, IsAboutManifest: false }
                && finding.Kind is not (FindingKind.SequenceGap or FindingKind.CollidingRecordType));
            findings.Add(missing == 0
                ? "nothing lost"
                : $"nothing lost of what is in these logs, but {Count(missing, "loss", "losses")} above");
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
