using System.Text.Json;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Tool.Output;

/// <summary>Writes findings as JSON.</summary>
internal static class FindingJson
{
    /// <summary>Writes the last members of the object of a finding, the end of the object and a line feed.</summary>
    public static void WriteEnd(ByteWriter output, Finding finding)
    {
        output.Write(",\"offset\":"u8);
        output.WriteNumber(finding.Offset);
        output.Write(",\"bytes\":"u8);
        output.WriteNumber(finding.Bytes);
        output.Write(",\"reason\":"u8);
        output.WriteJsonString(finding.Reason);
        output.Write("}\n"u8);
    }

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
