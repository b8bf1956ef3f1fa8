using System.Text.Json;
using WalParser.Kvrocks.Elements;

namespace WalParser.Tool.Output;

/// <summary>Writes parts as the properties of a JSON object.</summary>
internal sealed class JsonParts(Utf8JsonWriter json) : IPartWriter
{
    public void Bytes(string name, ReadOnlySpan<byte> bytes) => json.WriteBytes(name, bytes);

    public void Code(string name, ReadOnlySpan<byte> code) => json.WriteBytes(name, code);

    public void List(string name, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        json.WriteStartArray(name);
        foreach (ReadOnlyMemory<byte> item in items)
        {
            json.WriteBytes(item.Span);
        }

        json.WriteEndArray();
    }

    public void Fields(ReadOnlySpan<byte> entry) => json.WriteFields(entry);

    public void Samples(TimeSeriesChunk chunk)
    {
        json.WriteStartArray("samples");
        for (int i = 0; i < chunk.Count; i++)
        {
            json.WriteSample(chunk[i]);
        }

        json.WriteEndArray();
    }

    public void Values(TDigestBuffer buffer)
    {
        json.WriteStartArray("values");
        for (int i = 0; i < buffer.Count; i++)
        {
            json.WriteDouble(buffer[i]);
        }

        json.WriteEndArray();
    }

    public void Text(string name, string text) => json.WriteString(name, text);

    public void Number(string name, ulong number) => json.WriteNumber(name, number);

    public void Number(string name, double number) => json.WriteDouble(name, number);
}
