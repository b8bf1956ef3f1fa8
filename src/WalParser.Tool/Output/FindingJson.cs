using System.Buffers;
using System.Text.Json;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Tool.Output;

/// <summary>
/// Writes findings as JSON objects. The members are the same in every command; those without a value are left out. The object is an element
/// of the array <c>findings</c> of a document, or a line of its own.
/// </summary>
internal static class FindingJson
{
    /// <summary>Writes a finding as an object.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="file">The name of the file; null for <see cref="Finding.File"/>.</param>
    public static void Write(Utf8JsonWriter json, Finding finding, string? file = null)
    {
        json.WriteStartObject();
        json.WriteString("kind", "finding");
        json.WriteString("finding", JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()));
        json.WriteString("severity", JsonNamingPolicy.CamelCase.ConvertName(finding.Severity.ToString()));
        json.WriteIfAny("file", file ?? finding.File);
        if (!finding.IsAboutFile)
        {
            json.WriteNumber("offset", finding.Offset);
        }

        json.WriteNumber("bytes", finding.Bytes);
        json.WriteIfAny("firstSequence", finding.FirstSequence);
        json.WriteIfAny("lastSequence", finding.LastSequence);
        if (finding is SequenceFinding sequence)
        {
            json.WriteNumber("expected", sequence.Expected);
            json.WriteNumber("found", sequence.Found);
            json.WriteNumber("missing", sequence.Missing);
        }

        json.WriteString("reason", finding.Reason);
        json.WriteIfAny("detail", finding.Detail);
        if (finding.LooksStale)
        {
            json.WriteBoolean("looksStale", true);
        }

        json.WriteIfAny("rocksdb", finding.RocksDbBehavior);
        json.WriteIfAny("advice", finding.Advice);
        json.WriteEndObject();
    }

    /// <summary>Writes the array <c>findings</c>.</summary>
    public static void WriteArray(Utf8JsonWriter json, IEnumerable<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            Write(json, finding);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a finding as a line.</summary>
    /// <param name="output">The output.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="file">The name of the file; null for <see cref="Finding.File"/>.</param>
    public static void WriteLine(ByteWriter output, Finding finding, string? file = null)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, JsonStyle.Line))
        {
            Write(json, finding, file);
        }

        output.Write(line.WrittenSpan);
        output.Write((byte)'\n');
    }

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
