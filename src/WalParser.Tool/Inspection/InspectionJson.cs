using System.Text.Json;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inspection;

/// <summary>
/// Writes the JSON document of <c>verify</c>, <c>info</c> and <c>gaps</c>, with the members "files", "findings", "errors" (paths that could
/// not be read) and "summary". As in a dump, members that do not apply are absent.
/// </summary>
internal static class InspectionJson
{
    /// <summary>Writes the document.</summary>
    /// <param name="run">The inspections.</param>
    /// <param name="output">The stream to write to.</param>
    /// <param name="writeFile">Writes the members of a file's object that only one of the commands reports.</param>
    public static void Write(InspectionRun run, Stream output, Action<Utf8JsonWriter, InspectedLog> writeFile) =>
        JsonStyle.WriteDocument(output, json =>
        {
            json.WriteStartArray("files");
            foreach (InspectedLog file in run.Files)
            {
                json.WriteStartObject();
                WriteCommon(json, file);
                writeFile(json, file);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            FindingJson.WriteArray(json, run.AllFindings);
            InputFailure.WriteAll(json, run.Failures);
            WriteSummary(json, run);
        });

    /// <summary>Writes a column family: its id, and its name if that is known.</summary>
    public static void WriteFamily(Utf8JsonWriter json, InspectedLog file, uint id)
    {
        json.WriteNumber("columnFamily", id);
        if (file.FamilyNames.ShortNameOf(id) is { } name)
        {
            json.WriteString("columnFamilyName", name);
        }
    }

    private static void WriteCommon(Utf8JsonWriter json, InspectedLog file)
    {
        json.WriteString("file", file.Input.ReportedName);
        json.WriteString("path", RawPaths.Restore(file.Input.Path));
        json.WriteIfAny("logNumber", file.Log.LogNumber);
        if (file.Log.CopyFormat != CompressedCopyFormat.None)
        {
            json.WriteString("copy", JsonNamingPolicy.CamelCase.ConvertName(file.Log.CopyFormat.ToString()));
        }

        json.WriteNumber("size", file.Log.Size);
        json.WriteBoolean("recycled", file.Log.IsRecycled);
        json.WriteString("compression", JsonNamingPolicy.CamelCase.ConvertName(file.Log.Compression.ToString()));
        json.WriteNumber("records", file.Log.Records);
        json.WriteNumber("operations", file.Log.Operations);
        WriteFamilies(json, file);
        json.WriteIfAny("firstSequence", file.Log.FirstSequence);
        json.WriteIfAny("lastSequence", file.Log.LastSequence);
        json.WriteBoolean("clean", file.Log.IsClean);
        json.WriteNumber("findingCount", file.Log.Findings.SeriousCount);
    }

    private static void WriteFamilies(Utf8JsonWriter json, InspectedLog file)
    {
        json.WriteStartArray("columnFamilies");
        foreach ((uint id, long operations) in file.Log.ColumnFamilies.ById)
        {
            json.WriteStartObject();
            WriteFamily(json, file, id);
            json.WriteNumber("operations", operations);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSummary(Utf8JsonWriter json, InspectionRun run)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("files", run.Files.Count);
        json.WriteNumber("damagedFiles", run.Files.Count(file => !file.Log.IsClean));
        json.WriteNumber("errors", run.Failures.Count);
        json.WriteNumber("bytes", run.Files.Sum(file => file.Log.Size));
        json.WriteNumber("records", run.Files.Sum(file => file.Log.Records));
        json.WriteNumber("operations", run.Files.Sum(file => file.Log.Operations));
        foreach (FindingSeverity severity in Enum.GetValues<FindingSeverity>())
        {
            // Only the first ones of very many are in "findings"; these counts include all.
            json.WriteNumber(NameOf(severity), run.CountOf(severity));
        }

        json.WriteNumber("staleTailBytes", run.Files.Sum(file => file.Log.StaleTailSize));
        json.WriteBoolean("clean", run.ExitCode == ExitCode.Clean);
        json.WriteEndObject();
    }

    private static string NameOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Note => "notes",
        FindingSeverity.Refusal => "refusals",
        FindingSeverity.Loss => "losses",
        _ => "damages",
    };
}
