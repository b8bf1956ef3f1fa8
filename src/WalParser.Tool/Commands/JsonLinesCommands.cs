using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary><c>{"sequence", "namespace", "args": […]}</c> a line.</summary>
internal sealed class JsonLinesCommands(ByteWriter output) : ICommandFormatter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    public void Write(RedisCommand command)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", command.Sequence);
            json.WriteBytes("namespace", command.Namespace.Span);
            json.WriteStartArray("args");
            foreach (ReadOnlyMemory<byte> argument in command.Arguments.Span)
            {
                json.WriteBytes(argument.Span);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(_line.WrittenSpan);
        output.Write("\n"u8);
    }
}
