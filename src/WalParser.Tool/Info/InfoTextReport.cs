using System.Globalization;
using Spectre.Console;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Info;

/// <summary>Writes the report of <c>info</c> for people: a heading per WAL and a line per property.</summary>
internal static class InfoTextReport
{
    public static void Write(SurveyRun run, ReportOutput output)
    {
        bool isAfterFile = false;
        foreach (FileSurvey file in run.Files)
        {
            if (isAfterFile)
            {
                output.WriteLine();
            }

            isAfterFile = true;
            output.WriteLine(file.Input.Label, ReportOutput.Heading);
            output.WriteFields(FactsOf(file));
        }
    }

    private static List<(string Name, string Value, Style? Style)> FactsOf(FileSurvey file)
    {
        List<(string Name, string Value, Style? Style)> facts =
        [
            ("Log number", file.LogNumber?.ToString(CultureInfo.InvariantCulture) ?? "unknown", null),
            .. CopyOf(file),
            ("Size", Count(file.Size, "byte", "bytes"), null),
            ("Recycled", file.IsRecycled ? "yes" : "no", null),
            ("Compression", file.Compression == CompressionType.None ? "none" : file.Compression.ToString().ToUpperInvariant(), null),
            ("Records", $"{Grouped(file.Records)}, with {Count(file.Operations, "operation", "operations")}", null),
            .. FamiliesOf(file),
            ("Sequence numbers", Range(file.FirstSequence, file.LastSequence), null),
        ];
        if (file.Predecessor is { } predecessor)
        {
            string number = predecessor.LogNumber.ToString(CultureInfo.InvariantCulture);
            facts.Add(("Predecessor", $"log {number}, {Grouped(predecessor.SizeInBytes)} bytes, "
                + $"last sequence number {Grouped(predecessor.LastSequence)}", null));
        }

        foreach ((uint columnFamily, int size) in file.TimestampSizes.ByColumnFamily)
        {
            string family = file.FamilyNames.Describe(columnFamily);
            facts.Add(("Timestamps", string.Create(CultureInfo.InvariantCulture, $"{size} bytes in column family {family}"), null));
        }

        facts.Add(("Fragments", file.Fragments.Count == 0 ? "none" : string.Join(", ", file.Fragments.Select(FragmentsOf)), null));
        facts.Add(("After the last record", file.Tail == TailContent.None
            ? "nothing"
            : $"{Count(file.TailSize, "byte", "bytes")} from offset {Grouped(file.LastRecordEnd)}: {TailOf(file.Tail)}", null));
        if (!file.IsClean)
        {
            string count = Count(file.Damages.Count, "corruption", "corruptions");
            facts.Add(("Damage", $"{count}; 'walparser verify' lists them", ReportOutput.Damage));
        }

        return facts;
    }

    private static IEnumerable<(string Name, string Value, Style? Style)> CopyOf(FileSurvey file) =>
        file.CopyFormat == CompressedCopyFormat.None ? [] : [("Copy", Words(file.CopyFormat.ToString()), null)];

    private static IEnumerable<(string Name, string Value, Style? Style)> FamiliesOf(FileSurvey file)
    {
        List<string> counts = [.. file.Families.ById.Select(family =>
            $"{file.FamilyNames.Describe(family.Id)} {Grouped(family.Operations)}")];
        if (file.Families.Others > 0)
        {
            counts.Add($"others {Grouped(file.Families.Others)}");
        }

        return counts.Count == 0 ? [] : [("Operations by family", string.Join(", ", counts), null)];
    }

    private static string FragmentsOf((FragmentType Type, long Count) fragments) =>
        $"{Grouped(fragments.Count)} "
        + $"{(Enum.IsDefined(fragments.Type) ? fragments.Type.ToString() : "of unknown type " + fragments.Type.ToString("D"))}";

    private static string TailOf(TailContent tail) => string.Join(", ", tail.ToString().Split(", ").Select(Words));
}
