using System.Buffers;
using System.Text.Json;

namespace WalParser.Tool.Output;

/// <summary>Writes JSON objects, one per line. Not safe for use by several threads at once.</summary>
internal sealed class JsonLines(ByteWriter output)
{
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Writes an object and a line feed.</summary>
    /// <param name="value">The value that the object describes.</param>
    /// <param name="write">Writes the members of the object.</param>
    public void Write<T>(T value, Action<Utf8JsonWriter, T> write)
        where T : allows ref struct
    {
        WriteObject(value, write);
        output.Write("\n"u8);
    }

    /// <summary>Writes an object as a part of a line.</summary>
    /// <param name="value">The value that the object describes.</param>
    /// <param name="write">Writes the members of the object.</param>
    public void WriteObject<T>(T value, Action<Utf8JsonWriter, T> write)
        where T : allows ref struct
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, JsonStyle.Line))
        {
            json.WriteStartObject();
            write(json, value);
            json.WriteEndObject();
        }

        output.Write(_line.WrittenSpan);
    }
}
