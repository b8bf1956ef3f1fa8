using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Inspection;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.Survey;

/// <summary>
/// What <c>verify</c> and <c>info</c> tell programs: one JSON document with "files", "problems" (between files), "errors" (paths that could not be read)
/// and "summary". As in a dump, what does not apply is absent.
/// </summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report of <c>verify</c>.</summary>
    public static void WriteVerify(SurveyRun run, Stream output) => Write(run, output, WriteVerified);

    /// <summary>The report of <c>info</c>.</summary>
    public static void WriteInfo(SurveyRun run, Stream output) => Write(run, output, WriteInfo);

    private static void Write(SurveyRun run, Stream output, Action<Utf8JsonWriter, SurveyedLog> writeRest)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("files");
            foreach (SurveyedLog file in run.Files)
            {
                json.WriteStartObject();
                WriteCommon(json, file);
                writeRest(json, file);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteProblems(json, run.Problems);
            WriteErrors(json, run.Failures);
            WriteSummary(json, run);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteCommon(Utf8JsonWriter json, SurveyedLog file)
    {
        json.WriteString("file", file.Input.Name);
        json.WriteString("path", file.Input.Path);
        WriteIfAny(json, "logNumber", file.Log.LogNumber);
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
        WriteIfAny(json, "firstSequence", file.Log.FirstSequence);
        WriteIfAny(json, "lastSequence", file.Log.LastSequence);
    }

    private static void WriteVerified(Utf8JsonWriter json, SurveyedLog file)
    {
        json.WriteBoolean("clean", file.Log.IsClean);
        json.WriteNumber("corruptionCount", file.Log.Damage.Count);

        // The first of them, should there be very many; the count tells.
        json.WriteStartArray("corruptions");
        foreach (Finding damage in file.Log.Damage.Kept)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", damage.Offset);
            json.WriteNumber("bytes", damage.Bytes);
            json.WriteString("reason", damage.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (file.Log.StaleTailOffset is { } offset)
        {
            json.WriteStartObject("staleTail");
            json.WriteNumber("offset", offset);
            json.WriteNumber("bytes", file.Log.StaleTailSize);
            json.WriteEndObject();
        }
    }

    private static void WriteInfo(Utf8JsonWriter json, SurveyedLog file)
    {
        if (file.Log.Predecessor is { } predecessor)
        {
            json.WriteStartObject("predecessor");
            json.WriteNumber("logNumber", predecessor.LogNumber);
            json.WriteNumber("size", predecessor.SizeInBytes);
            json.WriteNumber("lastSequence", predecessor.LastSequence);
            json.WriteEndObject();
        }

        json.WriteStartArray("timestampSizes");
        foreach ((uint columnFamily, int size) in file.Log.TimestampSizes.ByColumnFamily)
        {
            json.WriteStartObject();
            WriteFamily(json, file, columnFamily);
            json.WriteNumber("size", size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("fragments");
        foreach ((FragmentType type, long count) in file.Log.Fragments)
        {
            json.WriteStartObject();
            json.WriteNumber("type", (byte)type);
            if (Enum.IsDefined(type))
            {
                json.WriteString("name", type.ToString());
            }

            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("tail");
        json.WriteNumber("offset", file.Log.LastRecordEnd);
        json.WriteNumber("bytes", file.Log.TailSize);
        json.WriteStartArray("content");
        if (file.Log.Tail != TailContent.None)
        {
            foreach (string content in file.Log.Tail.ToString().Split(", "))
            {
                json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(content));
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("corruptionCount", file.Log.Damage.Count);
    }

    /// <summary>Where batches do not begin with the number that is to follow.</summary>
    public static void WriteBreaks(Utf8JsonWriter json, IReadOnlyList<SequenceFinding> breaks)
    {
        json.WriteStartArray("breaks");
        foreach (SequenceFinding found in breaks)
        {
            json.WriteStartObject();
            json.WriteString("kind", found.Kind switch
            {
                FindingKind.SequenceGap => "gap",
                FindingKind.SequenceOverlap => "overlap",
                FindingKind.SequenceDuplicate => "duplicate",
                _ => "return",
            });
            json.WriteString("file", found.File);
            json.WriteNumber("offset", found.Offset);
            json.WriteNumber("expected", found.Expected);
            json.WriteNumber("found", found.Found);
            json.WriteNumber("missing", found.Missing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteProblems(Utf8JsonWriter json, IReadOnlyList<Finding> problems)
    {
        json.WriteStartArray("problems");
        foreach (Finding problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(problem.Kind.ToString()));
            json.WriteString("file", problem.File);
            json.WriteString("message", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<InputFailure> failures)
    {
        json.WriteStartArray("errors");
        foreach (InputFailure failure in failures)
        {
            json.WriteStartObject();
            json.WriteString("path", failure.Path);
            json.WriteString("message", failure.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFamilies(Utf8JsonWriter json, SurveyedLog file)
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

    private static void WriteFamily(Utf8JsonWriter json, SurveyedLog file, uint id)
    {
        json.WriteNumber("columnFamily", id);
        if (file.FamilyNames.NameOf(id) is { } name)
        {
            json.WriteString("columnFamilyName", name);
        }
    }

    private static void WriteSummary(Utf8JsonWriter json, SurveyRun run)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("files", run.Files.Count);
        json.WriteNumber("damagedFiles", run.Files.Count(file => !file.Log.IsClean));
        json.WriteNumber("errors", run.Failures.Count);
        json.WriteNumber("bytes", run.Files.Sum(file => file.Log.Size));
        json.WriteNumber("records", run.Files.Sum(file => file.Log.Records));
        json.WriteNumber("operations", run.Files.Sum(file => file.Log.Operations));
        json.WriteNumber("corruptions", run.Files.Sum(file => file.Log.Damage.Count));
        json.WriteNumber("problems", run.Problems.Count);
        json.WriteNumber("staleTailBytes", run.Files.Sum(file => file.Log.StaleTailSize));
        json.WriteBoolean("clean", run.ExitCode == ExitCode.Clean);
        json.WriteEndObject();
    }

    public static void WriteIfAny(Utf8JsonWriter json, string name, ulong? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }
}
