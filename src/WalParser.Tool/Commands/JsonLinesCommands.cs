using System.Text.Json;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>
/// Writes one JSON object per line: <c>{"sequence", "namespace", "args": […]}</c>, or for a key that is left alone
/// <c>{"kind": "leftAlone", "sequence", "namespace", "key", "reason"}</c>.
/// </summary>
internal sealed class JsonLinesCommands(ByteWriter output) : ICommandFormatter
{
    private readonly JsonLines _lines = new(output);

    public void Write(RedisCommand command) => _lines.Write(command, WriteMembers);

    public void Write(KeyLeftAlone key) => _lines.Write(key, WriteMembers);

    private static void WriteMembers(Utf8JsonWriter json, KeyLeftAlone key)
    {
        json.WriteString("kind", "leftAlone");
        json.WriteNumber("sequence", key.Sequence);
        json.WriteBytes("namespace", key.Namespace.Span);
        json.WriteBytes("key", key.Key.Span);
        json.WriteString("reason", JsonNamingPolicy.CamelCase.ConvertName(key.Reason.ToString()));
    }

    private static void WriteMembers(Utf8JsonWriter json, RedisCommand command)
    {
        json.WriteNumber("sequence", command.Sequence);
        json.WriteBytes("namespace", command.Namespace.Span);
        json.WriteStartArray("args");
        foreach (ReadOnlyMemory<byte> argument in command.Arguments.Span)
        {
            json.WriteBytes(argument.Span);
        }

        json.WriteEndArray();
    }
}
