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
}
