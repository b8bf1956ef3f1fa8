using System.Text.Json;

namespace WalParser.Tool.Output;

/// <summary>How all commands write JSON. Text in any language stays readable.</summary>
internal static class JsonStyle
{
    /// <summary>One object in one line.</summary>
    public static readonly JsonWriterOptions Line = new() { Encoder = HarmlessJson.Encoder };

    private static readonly JsonWriterOptions Document =
        new() { Indented = true, NewLine = "\n", Encoder = HarmlessJson.Encoder };

    /// <summary>Writes one object as a document, with a line feed at its end.</summary>
    /// <param name="output">The stream to write to.</param>
    /// <param name="write">Writes the members of the object.</param>
    public static void WriteDocument(Stream output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Document))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
