using System.Text.Json;
using WalParser.Findings;
using WalParser.Tool.Inspection;

namespace WalParser.Tool.Verify;

/// <summary>Writes what <c>verify</c> alone reports about a file, as members of the file's JSON object.</summary>
internal static class VerifyJson
{
    public static void Write(Utf8JsonWriter json, InspectedLog file)
    {
        json.WriteBoolean("clean", file.Log.IsClean);
        json.WriteNumber("corruptionCount", file.Log.Damage.Count);

        // Only the first ones of very many are listed; the count includes all.
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
}
