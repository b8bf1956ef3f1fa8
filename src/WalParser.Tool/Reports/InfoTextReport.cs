using System.Globalization;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;
using static WalParser.Tool.Reports.ReportText;

namespace WalParser.Tool.Reports;

/// <summary>What <c>info</c> shows people: a heading a log, and a line a fact.</summary>
internal static class InfoTextReport
{
    private const int NameWidth = 18;

    public static void Write(SurveyRun run, ToolConsole console, TextWriter output)
    {
        bool isBehindFile = false;
        foreach (FileSurvey file in run.Files)
        {
            if (isBehindFile)
            {
                output.WriteLine();
            }

            isBehindFile = true;
            string label = Name(file.Input.IsStandardInput ? "standard input" : file.Input.Label);
            output.WriteLine(console.UsesColour ? $"\e[1m{label}\e[0m" : label);
            WriteFacts(file, console, output);
        }
    }

    private static void WriteFacts(FileSurvey file, ToolConsole console, TextWriter output)
    {
        void Fact(string name, string value) => output.WriteLine($"  {(name + ":").PadRight(NameWidth)}{value}");

        Fact("Log number", file.LogNumber?.ToString(CultureInfo.InvariantCulture) ?? "unknown");
        Fact("Size", Count(file.Size, "byte", "bytes"));
        Fact("Recycled", file.IsRecycled ? "yes" : "no");
        Fact("Compression", file.Compression == CompressionType.None ? "none" : file.Compression.ToString().ToUpperInvariant());
        Fact("Records", $"{Grouped(file.Records)}, with {Count(file.Operations, "operation", "operations")}");
        Fact("Sequence numbers", Range(file.FirstSequence, file.LastSequence));
        if (file.Predecessor is { } predecessor)
        {
            Fact("Predecessor", $"log {predecessor.LogNumber.ToString(CultureInfo.InvariantCulture)}, "
                + $"{Grouped(predecessor.SizeInBytes)} bytes, last sequence number {Grouped(predecessor.LastSequence)}");
        }

        foreach ((uint columnFamily, int size) in file.TimestampSizes.ByColumnFamily)
        {
            Fact("Timestamps", string.Create(CultureInfo.InvariantCulture, $"{size} bytes in column family {columnFamily}"));
        }

        Fact("Fragments", file.Fragments.Count == 0 ? "none" : string.Join(", ", file.Fragments.Select(FragmentsOf)));
        Fact("After the last", file.Tail == TailContent.None
            ? "nothing"
            : $"{Count(file.TailSize, "byte", "bytes")} from offset {Grouped(file.LastRecordEnd)}: {TailOf(file.Tail)}");
        if (!file.IsClean)
        {
            (string red, string plain) = console.UsesColour ? ("\e[31m", "\e[0m") : ("", "");
            Fact("Damage", $"{red}{Count(file.Damages.Count, "corruption", "corruptions")}; 'walparser verify' lists them{plain}");
        }
    }

    private static string FragmentsOf((FragmentType Type, long Count) fragments) =>
        $"{Grouped(fragments.Count)} {(Enum.IsDefined(fragments.Type) ? fragments.Type.ToString() : "of unknown type " + fragments.Type.ToString("D"))}";

    private static string TailOf(TailContent tail) => string.Join(", ", tail.ToString().Split(", ").Select(Words));
}
