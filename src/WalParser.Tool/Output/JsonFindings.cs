using System.Text.Json;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Tool.Output;

/// <summary>Writes what is wrong between the WALs of a database, in the form that the JSON reports of all commands share.</summary>
internal static class JsonFindings
{
    /// <summary>Writes the array <c>breaks</c>: the batches whose sequence numbers do not continue those before them.</summary>
    public static void WriteBreaks(this Utf8JsonWriter json, IReadOnlyList<SequenceFinding> breaks)
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

    /// <summary>Writes the array <c>problems</c>.</summary>
    public static void WriteProblems(this Utf8JsonWriter json, IReadOnlyList<Finding> problems)
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
}
