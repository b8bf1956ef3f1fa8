using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.History;

/// <summary>Writes one JSON object per change or finding.</summary>
internal sealed class HistoryJson(ByteWriter output) : IHistoryWriter
{
    private readonly JsonLines _lines = new(output);

    public void Write(HistoryChange change)
    {
        if (change.Change is { } key)
        {
            _lines.Write((change, key), WriteMembers);
        }
        else
        {
            FindingJson.WriteLine(output, change.Finding!);
        }
    }

    public void End()
    {
    }

    private static void WriteMembers(Utf8JsonWriter json, (HistoryChange Change, KeyChange Key) line)
    {
        (HistoryChange change, KeyChange key) = line;
        json.WriteString("kind", "change");
        json.WriteString("file", change.File);
        json.WriteNumber("offset", change.Offset);
        json.WriteNumber("sequence", change.Sequence);
        WriteTime(json, "notBefore", change.NotBefore);
        WriteTime(json, "notAfter", change.NotAfter);
        json.WriteStartArray("events");
        foreach (string name in change.Events)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        if (change.LogData is { } logData && KvrocksLogData.Read(logData.Span).CommandName is { } command)
        {
            json.WriteString("command", command);
        }

        KvrocksMetadata before = HistoryMetadata.Read(key.MetadataBefore);
        KvrocksMetadata after = HistoryMetadata.Read(key.MetadataAfter);
        KvrocksMetadata version = key.MetadataAfter is null ? before : after;
        json.WriteString("type", version.Type.Name);
        if (version.HasVersion)
        {
            json.WriteNumber("version", version.Version.Value);
            json.WriteString("created_at", Timestamp.OfMicroseconds(version.Version.CreatedAt));
        }

        WriteMetadata(json, key.MetadataBefore is null, "metadataBefore", before);
        WriteMetadata(json, key.MetadataAfter is null, "metadataAfter", after);
        WriteRanges(json, change);
        if (key.Written.Count > 0)
        {
            WriteElements(json, key, version.Type, HistoryMetadata.HasFieldExpiration(before), HistoryMetadata.HasFieldExpiration(after));
        }

        if (key.HasReturned)
        {
            json.WriteNumber("returned_elements", key.ReturnedCount);
        }
    }

    private static void WriteRanges(Utf8JsonWriter json, HistoryChange change)
    {
        if (change.Ranges.Count == 0)
        {
            return;
        }

        var parts = new JsonParts(json);
        json.WriteStartArray("ranges");
        foreach (RangeDeletion range in change.Ranges)
        {
            json.WriteStartObject();
            RangeParts.Write(DeletedRange.Read(range.Family, range.Begin.Span, range.End.Span, change.HasSlot), parts);
            json.WriteBytes("begin", range.Begin.Span);
            json.WriteBytes("end", range.End.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, bool isMissing, string name, in KvrocksMetadata metadata)
    {
        if (isMissing)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("type", metadata.Type.Name);
        if (metadata.HasVersion)
        {
            json.WriteNumber("version", metadata.Version.Value);
            json.WriteNumber("size", metadata.Size);
        }

        json.WriteExpiry(metadata.ExpiryMilliseconds);

        if (metadata.Type.IsSingleValue)
        {
            json.WriteBytes("value", HistoryMetadata.ValueOf(metadata));
        }
        else
        {
            MetadataParts.Write(metadata, new JsonParts(json));
        }

        json.WriteEndObject();
    }

    private static void WriteElements(Utf8JsonWriter json, KeyChange key, KvrocksType type, bool hadExpiration, bool hasExpiration)
    {
        var parts = new JsonParts(json);
        json.WriteStartArray("elements");
        foreach (SubkeyChange subkey in key.Written)
        {
            json.WriteStartObject();
            ElementParts.WriteName(type, subkey.Subkey.Span, parts);
            if (subkey.Before is { } before)
            {
                json.WriteStartObject("before");
                ElementParts.WriteValue(type, hadExpiration, subkey.Subkey.Span, before.Span, parts);
                json.WriteEndObject();
            }

            if (subkey.After is { } after)
            {
                json.WriteStartObject("after");
                ElementParts.WriteValue(type, hasExpiration, subkey.Subkey.Span, after.Span, parts);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, KvrocksVersion? version)
    {
        if (version is { } known)
        {
            json.WriteString(name, Timestamp.OfMicroseconds(known.CreatedAt));

            // The time is rounded so that the bound stays valid.
            long roundedUp = known.CreatedAt.Ticks % TimeSpan.TicksPerMillisecond == 0 || name == "notBefore" ? 0 : 1;
            json.WriteNumber(name + "Ms", known.CreatedAt.ToUnixTimeMilliseconds() + roundedUp);
        }
    }
}
