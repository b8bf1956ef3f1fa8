using System.Text.Json;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Tool.Inspection;

namespace WalParser.Tool.Info;

/// <summary>Writes what <c>info</c> alone reports about a file, as members of the file's JSON object.</summary>
internal static class InfoJson
{
    public static void Write(Utf8JsonWriter json, InspectedLog file)
    {
        json.WriteBoolean("hasManifest", file.HasManifest);
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
            InspectionJson.WriteFamily(json, file, columnFamily);
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
    }
}
