using System.Text.Json;
using WalParser.Framing;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Info;

/// <summary>Writes what <c>info</c> alone reports about a file, as members of the file's JSON object.</summary>
internal static class InfoJson
{
    public static void Write(Utf8JsonWriter json, FileSurvey file)
    {
        if (file.Predecessor is { } predecessor)
        {
            json.WriteStartObject("predecessor");
            json.WriteNumber("logNumber", predecessor.LogNumber);
            json.WriteNumber("size", predecessor.SizeInBytes);
            json.WriteNumber("lastSequence", predecessor.LastSequence);
            json.WriteEndObject();
        }

        json.WriteStartArray("timestampSizes");
        foreach ((uint columnFamily, int size) in file.TimestampSizes.ByColumnFamily)
        {
            json.WriteStartObject();
            SurveyJson.WriteFamily(json, file, columnFamily);
            json.WriteNumber("size", size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("fragments");
        foreach ((FragmentType type, long count) in file.Fragments)
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
        json.WriteNumber("offset", file.LastRecordEnd);
        json.WriteNumber("bytes", file.TailSize);
        json.WriteStartArray("content");
        if (file.Tail != TailContent.None)
        {
            foreach (string content in file.Tail.ToString().Split(", "))
            {
                json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(content));
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("corruptionCount", file.Damages.Count);
    }
}
