using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using WalParser.Kvrocks.Elements;

namespace WalParser.Tool.Output;

/// <summary>Writes values to JSON that JSON cannot always represent directly.</summary>
internal static class JsonValues
{
    private static readonly SearchValues<byte> Control =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(value => (byte)value)]);

    /// <summary>Writes bytes as a string if they are UTF-8 without control characters, or else as <c>{"base64": …}</c>.</summary>
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

    /// <summary>Writes a property whose value is bytes.</summary>
    public static void WriteBytes(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        json.WritePropertyName(name);
        json.WriteBytes(bytes);
    }

    /// <summary>Writes a number. Infinities and NaN, which JSON lacks, are the strings "inf", "-inf" and "nan", as in Redis.</summary>
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

    /// <summary>Writes a number as an element of an array, as <see cref="WriteDouble(Utf8JsonWriter, string, double)"/> does.</summary>
    public static void WriteDouble(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(ScoreText.Of(value));
        }
    }

    /// <summary>Writes a sample of a time series: an array of its timestamp and its value.</summary>
    public static void WriteSample(this Utf8JsonWriter json, TimeSeriesSample sample)
    {
        json.WriteStartArray();
        json.WriteNumberValue(sample.Timestamp);
        json.WriteDouble(sample.Value);
        json.WriteEndArray();
    }

    /// <summary>Writes a number, if there is one.</summary>
    public static void WriteIfAny(this Utf8JsonWriter json, string name, ulong? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    /// <summary>Writes text, if there is any.</summary>
    public static void WriteIfAny(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>Writes the time at which a key expires, in milliseconds since 1970, unless it is 0: the key does not expire.</summary>
    public static void WriteExpiry(this Utf8JsonWriter json, ulong milliseconds)
    {
        if (milliseconds != 0)
        {
            json.WriteNumber("expire_at_ms", milliseconds);
            if (Timestamp.OfMilliseconds(milliseconds) is { } time)
            {
                json.WriteString("expire_at", time);
            }
        }
    }

    /// <summary>Writes the array <c>fields</c>: the fields and values of a stream entry.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="entry">The stored value of the entry.</param>
    public static void WriteFields(this Utf8JsonWriter json, ReadOnlySpan<byte> entry)
    {
        json.WriteStartArray("fields");
        foreach (ReadOnlySpan<byte> part in new StreamEntryFields(entry))
        {
            json.WriteBytes(part);
        }

        json.WriteEndArray();
    }
}
