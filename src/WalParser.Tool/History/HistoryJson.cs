using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.History;

/// <summary>A JSON object a change or break.</summary>
internal sealed class HistoryJson(ByteWriter output) : IHistoryWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Write(HistoryChange change)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("kind", change.Break is null ? "change" : "break");
            json.WriteString("file", change.File);
            json.WriteNumber("offset", change.Offset);
            json.WriteNumber("sequence", change.Sequence);
            if (change.Change is { } key)
            {
                Write(json, change, key);
            }
            else
            {
                json.WriteString("reason", change.Break);
            }

            json.WriteEndObject();
        }

        output.Write(_buffer.WrittenSpan);
        output.Write("\n"u8);
    }

    public void End()
    {
    }

    private static void Write(Utf8JsonWriter json, HistoryChange change, KeyChange key)
    {
        WriteTime(json, "notBefore", change.NotBefore);
        WriteTime(json, "notAfter", change.NotAfter);
        json.WriteStartArray("events");
        foreach (string name in change.Events)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        if (change.LogData is { } logData && KvrocksLogData.Read(logData.Span).Command is { } command)
        {
            json.WriteString("command", command.ToString().ToUpperInvariant());
        }

        KvrocksMetadata before = Metadata(key.MetadataBefore);
        KvrocksMetadata after = Metadata(key.MetadataAfter);
        KvrocksMetadata life = key.MetadataAfter is null ? before : after;
        json.WriteString("type", life.Type.Name);
        if (life.HasVersion)
        {
            json.WriteNumber("version", life.Version.Value);
            json.WriteString("created_at", Timestamp.OfMicroseconds(life.Version.CreatedAt));
        }

        WriteMetadata(json, key.MetadataBefore is null, "metadataBefore", before);
        WriteMetadata(json, key.MetadataAfter is null, "metadataAfter", after);
        if (key.Subkeys.Count > 0)
        {
            WriteElements(json, key, life.Type, HasFieldExpiration(before), HasFieldExpiration(after));
        }
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

        if (metadata.ExpiryMilliseconds != 0)
        {
            json.WriteNumber("expire_at_ms", metadata.ExpiryMilliseconds);
            if (Timestamp.OfMilliseconds(metadata.ExpiryMilliseconds) is { } time)
            {
                json.WriteString("expire_at", time);
            }
        }

        if (metadata.Type.IsSingleValue)
        {
            json.WriteBytes("value", HistoryValue.Of(metadata));
        }
        else if (metadata.TryReadStream(out StreamMetadata stream))
        {
            json.WriteString("last_generated_id", stream.LastGeneratedId.ToString());
            json.WriteString("max_deleted_id", stream.MaxDeletedId.ToString());
            json.WriteNumber("entries_added", stream.EntriesAdded);
            json.WriteNumber("groups", stream.Groups);
        }

        json.WriteEndObject();
    }

    private static void WriteElements(Utf8JsonWriter json, KeyChange key, KvrocksType type, bool hadExpiration, bool hasExpiration)
    {
        var parts = new Parts(json);
        json.WriteStartArray("elements");
        foreach (SubkeyChange subkey in key.Subkeys)
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

            // Rounded so that the bound still holds.
            long roundedUp = known.CreatedAt.Ticks % TimeSpan.TicksPerMillisecond == 0 || name == "notBefore" ? 0 : 1;
            json.WriteNumber(name + "Ms", known.CreatedAt.ToUnixTimeMilliseconds() + roundedUp);
        }
    }

    private static KvrocksMetadata Metadata(ReadOnlyMemory<byte>? value) =>
        value is { } stored && KvrocksMetadata.TryRead(stored.Span, out KvrocksMetadata metadata, out _) ? metadata : default;

    private static bool HasFieldExpiration(in KvrocksMetadata metadata) => metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration;

    private sealed class Parts(Utf8JsonWriter json) : IPartWriter
    {
        public void Bytes(string name, ReadOnlySpan<byte> bytes) => json.WriteBytes(name, bytes);

        public void Text(string name, string text) => json.WriteString(name, text);

        public void Number(string name, ulong number) => json.WriteNumber(name, number);

        public void Fields(ReadOnlySpan<byte> entry)
        {
            json.WriteStartArray("fields");
            foreach (ReadOnlySpan<byte> part in new StreamEntryFields(entry))
            {
                json.WriteBytes(part);
            }

            json.WriteEndArray();
        }
    }
}
