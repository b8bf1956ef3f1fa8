using System.Text.Json;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Verify;

/// <summary>Writes what <c>verify</c> alone reports about a file, as members of the file's JSON object.</summary>
internal static class VerifyJson
{
    public static void Write(Utf8JsonWriter json, FileSurvey file)
    {
        json.WriteBoolean("clean", file.IsClean);
        json.WriteNumber("corruptionCount", file.Damages.Count);

        // Only the first ones of very many are listed; the count includes all.
        json.WriteStartArray("corruptions");
        foreach (Damage damage in file.Damages.Kept)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", damage.Offset);
            json.WriteNumber("bytes", damage.Bytes);
            json.WriteString("reason", damage.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (file.StaleTailOffset is { } offset)
        {
            json.WriteStartObject("staleTail");
            json.WriteNumber("offset", offset);
            json.WriteNumber("bytes", file.StaleTailSize);
            json.WriteEndObject();
        }
    }
}
