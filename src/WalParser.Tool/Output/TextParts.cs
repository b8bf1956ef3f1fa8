using System.Text;
using System.Text.Unicode;
using WalParser.Kvrocks.Elements;

namespace WalParser.Tool.Output;

/// <summary>Writes parts in a line for people, each after a blank: <c>name=value</c>. Long lists are cut.</summary>
internal sealed class TextParts(ByteWriter output) : IPartWriter
{
    private const int MostShown = 8;

    public void Bytes(string name, ReadOnlySpan<byte> bytes)
    {
        Begin(name);
        ShownBytes.Write(output, bytes);
    }

    public void Code(string name, ReadOnlySpan<byte> code)
    {
        ReadOnlySpan<byte> shown = ByteText.Shorten(code, ShownBytes.LongestShown);
        if (!Utf8.IsValid(shown))
        {
            Bytes(name, code);
            return;
        }

        // All other characters that are not shown are escaped, too.
        string text = Encoding.UTF8.GetString(shown)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        Text(name, $"\"{ShownText.Of(text)}\"");
        if (shown.Length < code.Length)
        {
            output.Write($"... ({ReportText.Grouped(code.Length)} bytes)");
        }
    }

    public void List(string name, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        BeginList(name);
        for (int i = 0; i < Math.Min(items.Count, MostShown); i++)
        {
            output.Write(i == 0 ? default : " "u8);
            ShownBytes.Write(output, items[i].Span);
        }

        EndList(items.Count, "items");
    }

    public void Fields(ReadOnlySpan<byte> entry) => ShownBytes.WriteFields(output, entry);

    public void Samples(TimeSeriesChunk chunk)
    {
        BeginList("samples");
        for (int i = 0; i < Math.Min(chunk.Count, MostShown); i++)
        {
            output.Write(i == 0 ? default : " "u8);
            output.WriteNumber(chunk[i].Timestamp);
            output.Write(":" + ScoreText.Of(chunk[i].Value));
        }

        // A server appends samples, so that the last one is the one of interest.
        if (chunk.Count > MostShown)
        {
            output.Write($" ... {chunk[chunk.Count - 1].Timestamp}:{ScoreText.Of(chunk[chunk.Count - 1].Value)}");
        }

        EndList(chunk.Count, "samples");
    }

    public void Values(TDigestBuffer buffer)
    {
        BeginList("values");
        for (int i = 0; i < Math.Min(buffer.Count, MostShown); i++)
        {
            output.Write((i == 0 ? "" : " ") + ScoreText.Of(buffer[i]));
        }

        EndList(buffer.Count, "values");
    }

    public void Text(string name, string text)
    {
        Begin(name);
        output.Write(text);
    }

    public void Number(string name, ulong number)
    {
        Begin(name);
        output.WriteNumber(number);
    }

    public void Number(string name, double number) => Text(name, ScoreText.Of(number));

    private void Begin(string name) => output.Write($" {name}=");

    private void BeginList(string name) => output.Write($" {name}=[");

    private void EndList(int count, string things)
    {
        if (count > MostShown)
        {
            output.Write($" ... ({ReportText.Grouped((ulong)count)} {things})");
        }

        output.Write("]"u8);
    }
}
