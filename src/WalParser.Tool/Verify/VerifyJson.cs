using System.Text.Json;
using WalParser.Tool.Inspection;

namespace WalParser.Tool.Verify;

/// <summary>Writes what <c>verify</c> alone reports about a file, as members of the file's JSON object.</summary>
internal static class VerifyJson
{
    public static void Write(Utf8JsonWriter json, InspectedLog file)
    {
        if (file.Log.StaleTailOffset is { } offset)
        {
            json.WriteStartObject("staleTail");
            json.WriteNumber("offset", offset);
            json.WriteNumber("bytes", file.Log.StaleTailSize);
            json.WriteEndObject();
        }
    }
}
