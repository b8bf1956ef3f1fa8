using System.Globalization;
using Spectre.Console;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.IO;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Info;

/// <summary>Writes the report of <c>info</c> for people: a heading per WAL and a line per property.</summary>
internal static class InfoTextReport
{
    public static void Write(InspectionRun run, ReportOutput output)
    {
        bool isAfterFile = false;
        foreach (InspectedLog file in run.Files)
        {
            if (isAfterFile)
            {
                output.WriteLine();
            }

            isAfterFile = true;
            output.WriteLine(file.Input.Label, ReportOutput.Heading);
            output.WriteFields(FactsOf(file));
        }

        if (!run.IsEmpty)
        {
            output.WriteLine();
            if (run.Files.Any(file => !file.HasManifest))
            {
                output.WriteLine(
                    "There is no MANIFEST with these logs: it is not known which of their records the table files of the database contain "
                    + "as well.");
            }

            FindingsText.Write(run, output);
            output.WriteLine(FindingsText.Sum(run));
        }
    }

    private static List<(string Name, string Value, Style? Style)> FactsOf(InspectedLog file)
    {
        List<(string Name, string Value, Style? Style)> facts =
        [
            ("Log number", file.Log.LogNumber?.ToString(CultureInfo.InvariantCulture) ?? "unknown", null),
            .. CopyOf(file),
            ("Size", Count(file.Log.Size, "byte", "bytes"), null),
            ("Recycled", file.Log.IsRecycled ? "yes" : "no", null),
            (
                "Compression",
                file.Log.Compression == CompressionType.None ? "none" : file.Log.Compression.ToString().ToUpperInvariant(),
                null),
            ("Records", $"{Grouped(file.Log.Records)}, with {Count(file.Log.Operations, "operation", "operations")}", null),
            .. FamiliesOf(file),
            ("Sequence numbers", Range(file.Log.FirstSequence, file.Log.LastSequence), null),
        ];
        if (file.Log.Predecessor is { } predecessor)
        {
            string number = predecessor.LogNumber.ToString(CultureInfo.InvariantCulture);
            facts.Add(("Predecessor", $"log {number}, {Grouped(predecessor.SizeInBytes)} bytes, "
                + $"last sequence number {Grouped(predecessor.LastSequence)}", null));
        }

        foreach ((uint columnFamily, int size) in file.Log.TimestampSizes.ByColumnFamily)
        {
            string family = file.FamilyNames.Describe(columnFamily);
            facts.Add(("Timestamps", string.Create(CultureInfo.InvariantCulture, $"{size} bytes in column family {family}"), null));
        }

        facts.Add(("Fragments", file.Log.Fragments.Count == 0 ? "none" : string.Join(", ", file.Log.Fragments.Select(FragmentsOf)), null));
        facts.Add(("After the last record", file.Log.Tail == TailContent.None
            ? "nothing"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(file.Log.TailSize, "byte", "bytes")} from offset {file.Log.LastRecordEnd}: {TailOf(file.Log.Tail)}"), null));
        return facts;
    }

    private static IEnumerable<(string Name, string Value, Style? Style)> CopyOf(InspectedLog file) =>
        file.Log.CopyFormat == CompressedCopyFormat.None ? [] : [("Copy", Words(file.Log.CopyFormat.ToString()), null)];

    private static IEnumerable<(string Name, string Value, Style? Style)> FamiliesOf(InspectedLog file)
    {
        List<string> counts = [.. file.Log.ColumnFamilies.ById.Select(family =>
            $"{file.FamilyNames.Describe(family.Id)} {Grouped(family.Operations)}")];
        if (file.Log.ColumnFamilies.Others > 0)
        {
            counts.Add($"others {Grouped(file.Log.ColumnFamilies.Others)}");
        }

        return counts.Count == 0 ? [] : [("Operations by family", string.Join(", ", counts), null)];
    }

    private static string FragmentsOf((FragmentType Type, long Count) fragments) =>
        $"{Grouped(fragments.Count)} "
        + $"{(Enum.IsDefined(fragments.Type) ? fragments.Type.ToString() : "of unknown type " + fragments.Type.ToString("D"))}";

    private static string TailOf(TailContent tail) => string.Join(", ", tail.ToString().Split(", ").Select(Words));
}
