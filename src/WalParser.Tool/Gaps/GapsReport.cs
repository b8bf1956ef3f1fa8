using System.Text.Json;
using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Gaps;

/// <summary>Writes the report of <c>gaps</c>.</summary>
internal static class GapsReport
{
    /// <summary>Writes the report for people: a table of the WALs, every problem and break, and a summary.</summary>
    public static void WriteText(GapsRun run, ReportOutput output)
    {
        if (run.Maps.Count == 0)
        {
            return;
        }

        var table = new ReportTable(("File", false), ("Records", true), ("First", true), ("Last", true));
        foreach ((_, SequenceMap map) in run.Maps)
        {
            foreach (WalFileSequences file in map.Files)
            {
                table.Add(
                    map.SequenceFindings.Any(found => found.Wal == file.File)
                        || map.Findings.Any(finding => finding.File == file.File.Name),
                    run.Labels[file.File].Label,
                    Grouped(file.Records),
                    file.First is { } first ? Grouped(first) : "none",
                    file.Last is { } last ? Grouped(last) : "none");
            }
        }

        table.Write(output);
        foreach ((_, SequenceMap map) in run.Maps)
        {
            foreach (Finding problem in map.Findings)
            {
                output.WriteLine(problem.ToString(), ReportOutput.Damage);
            }

            foreach (SequenceFinding found in map.SequenceFindings)
            {
                output.WriteLine($"{run.Labels[found.Wal].Label}, offset {Grouped(found.Offset)}: {found.Reason}", ReportOutput.Damage);
            }

            if (map.SequenceFindingCount > map.SequenceFindings.Count)
            {
                output.WriteLine($"{Grouped(map.SequenceFindingCount - map.SequenceFindings.Count)} more", ReportOutput.Damage);
            }
        }

        output.WriteLine(Sum(run));
    }

    /// <summary>Writes one JSON document with a part for each database.</summary>
    public static void WriteJson(GapsRun run, Stream output) => JsonStyle.WriteDocument(output, json =>
    {
        json.WriteStartArray("databases");
        foreach ((string folder, SequenceMap map) in run.Maps)
        {
            WriteDatabase(json, folder, map);
        }

        json.WriteEndArray();
        InputFailure.WriteAll(json, run.Failures);
    });

    private static void WriteDatabase(Utf8JsonWriter json, string folder, SequenceMap map)
    {
        json.WriteStartObject();
        json.WriteString("folder", folder);
        json.WriteStartArray("files");
        foreach (WalFileSequences file in map.Files)
        {
            json.WriteStartObject();
            json.WriteString("file", file.File.Name);
            json.WriteIfAny("logNumber", file.File.LogNumber);
            json.WriteNumber("records", file.Records);
            json.WriteIfAny("firstSequence", file.First);
            json.WriteIfAny("lastSequence", file.Last);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("breakCount", map.SequenceFindingCount);
        json.WriteBreaks(map.SequenceFindings);
        json.WriteProblems(map.Findings);
        json.WriteEndObject();
    }

    private static string Sum(GapsRun run)
    {
        List<string> findings = [];
        SequenceFinding[] breaks = [.. run.Maps.SelectMany(map => map.Map.SequenceFindings)];
        SequenceFinding[] gaps = [.. breaks.Where(found => found.Kind == FindingKind.SequenceGap)];
        Add(gaps.Length, "gap", "gaps", gaps.Length == 0 ? "" :
            $" ({Grouped(gaps.Aggregate(0UL, (sum, gap) => sum + gap.Missing))} missing)");
        Add(breaks.Count(found => found.Kind == FindingKind.SequenceOverlap), "overlap", "overlaps");
        Add(breaks.Count(found => found.Kind == FindingKind.SequenceDuplicate), "duplicate", "duplicates");
        Add(breaks.Count(found => found.Kind == FindingKind.SequenceReturn), "return", "returns");
        Add(run.Maps.Sum(map => map.Map.Findings.Count), "problem", "problems");
        Add(run.Failures.Count, "path that could not be read", "paths that could not be read");
        return Count(run.Maps.Sum(map => map.Map.Files.Count), "file", "files") + ": "
            + (findings.Count == 0 ? "no gap, no overlap" : string.Join(", ", findings));

        void Add(long count, string one, string many, string rest = "")
        {
            if (count > 0)
            {
                findings.Add(Count(count, one, many) + rest);
            }
        }
    }
}
