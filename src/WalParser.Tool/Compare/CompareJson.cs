using System.Text.Json;
using WalParser.Kvrocks.Comparison;
using WalParser.Tool.Output;

namespace WalParser.Tool.Compare;

/// <summary>Writes the differences for programs: one JSON object per line.</summary>
internal sealed class CompareJson(ByteWriter output) : ICompareWriter
{
    private readonly JsonLines _lines = new(output);

    public void Write(KeyDifference difference)
    {
        _lines.Write(difference, static (json, key) => WriteMembers(json, key));
        output.Flush();
    }

    public void WriteResult(ComparisonResult result, IReadOnlyList<Uncompared> uncompared)
    {
        foreach (Uncompared entry in uncompared)
        {
            _lines.Write(entry, static (json, value) =>
            {
                json.WriteString("kind", "uncompared");
                json.WriteString("reason", Camel(value.Reason.ToString()));
                json.WriteString(value.Reason == UncomparedReason.OtherNamespace ? "namespace" : "type", value.Subject);
                json.WriteNumber("count", value.Count);
                json.WriteStartArray("examples");
                foreach (ReadOnlyMemory<byte> key in value.Examples)
                {
                    json.WriteBytes(key.Span);
                }

                json.WriteEndArray();
            });
        }

        _lines.Write(result, static (json, value) =>
        {
            json.WriteString("kind", "compared");
            json.WriteBoolean("complete", value.IsComplete);
            json.WriteNumber("keys", value.DoneCount - value.SkippedCount);
            json.WriteNumber("equal", value.EqualCount);
            json.WriteNumber("different", value.DifferentCount);
            json.WriteNumber("missing", value.MissingCount);
            json.WriteNumber("extra", value.ExtraCount);
            if (value.IsExtraCountUncertain)
            {
                json.WriteBoolean("extraIsAtMost", true);
            }

            json.WriteNumber("expired", value.ExpiredCount);
            json.WriteNumber("skipped", value.SkippedCount);
            if (value.LastCompared is { } last)
            {
                json.WriteStartObject("lastCompared");
                json.WriteBytes("namespace", last.Namespace.Span);
                json.WriteBytes("key", last.Key.Span);
                json.WriteEndObject();
            }
        });
    }

    private static void WriteMembers(Utf8JsonWriter json, KeyDifference key)
    {
        json.WriteString("kind", Camel(key.Kind.ToString()));
        json.WriteBytes("namespace", key.Namespace.Span);
        json.WriteNumber("database", key.Database);
        json.WriteBytes("key", key.Key.Span);
        json.WriteString("type", key.Type);
        if (key.Parts.Count > 0)
        {
            json.WriteStartArray("differences");
            foreach (PartDifference part in key.Parts)
            {
                Write(json, part);
            }

            json.WriteEndArray();
        }

        if (key.HasMore)
        {
            json.WriteBoolean("more", true);
        }
    }

    private static void Write(Utf8JsonWriter json, PartDifference part)
    {
        json.WriteStartObject();
        json.WriteString("part", Camel(part.Part.ToString()));
        if (!part.Name.IsEmpty)
        {
            json.WriteBytes("name", part.Name.Span);
        }

        if (part.Group is { } group)
        {
            json.WriteBytes("group", group.Span);
        }

        Write(json, "logs", part.Logs);
        Write(json, "server", part.Server);
        json.WriteEndObject();
    }

    /// <summary>Writes a value; of a long one the part around the difference, its offset and the length.</summary>
    private static void Write(Utf8JsonWriter json, string name, ComparedValue? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteBytes(name, value.Bytes.Span);
        if (value.Bytes.Length < value.Length)
        {
            json.WriteNumber(name + "Offset", value.Offset);
            json.WriteNumber(name + "Length", value.Length);
        }
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
