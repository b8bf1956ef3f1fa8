using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace WalParser.Tool.Output;

/// <summary>Values of which nobody knows beforehand what they hold, in JSON.</summary>
internal static class JsonValues
{
    private static readonly SearchValues<byte> Control = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(value => (byte)value)]);

    /// <summary>A string, if the bytes are UTF-8 without control characters; else <c>{"base64": …}</c>.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAny(Control) < 0 && Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String("base64"u8, bytes);
        json.WriteEndObject();
    }

    /// <summary>Such a value under a name.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        json.WritePropertyName(name);
        json.WriteBytes(bytes);
    }

    /// <summary>A number; what JSON has no number for as "inf", "-inf" or "nan", as Redis says it.</summary>
    public static void WriteDouble(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, ScoreText.Of(value));
        }
    }

    /// <summary>Writes a number, if there is one.</summary>
    public static void WriteIfAny(this Utf8JsonWriter json, string name, ulong? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }
}
