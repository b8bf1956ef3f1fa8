using System.Text;
using System.Text.Json;
using WalParser.Kvrocks.Replay;

namespace WalParser.Tool.Replay;

/// <summary>A line of a list of what was refused.</summary>
/// <param name="Key">The key; null at the end of the list, and in a line without a key, such as that of a raw batch.</param>
/// <param name="Range">The numbers of the checkpoint between which the list has everything; null in other lines than the last.</param>
internal sealed record RefusedLine(RefusedKey? Key, (ulong Confirmed, ulong Executed)? Range)
{
    public const string Refused = "refused";
    public const string Unconfirmed = "unconfirmed";
    public const string End = "end";

    /// <summary>Parses a line; returns null if it is not one.</summary>
    public static RefusedLine? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string? kind = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("kind", out JsonElement named)
                ? named.GetString()
                : null;
            return kind switch
            {
                End => new RefusedLine(null, (root.GetProperty("confirmed").GetUInt64(), root.GetProperty("executed").GetUInt64())),
                Refused or Unconfirmed => new RefusedLine(KeyOf(root), null),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static RefusedKey? KeyOf(JsonElement line)
    {
        ulong sequence = line.GetProperty("sequence").GetUInt64();
        string? command = line.TryGetProperty("command", out JsonElement name) ? name.GetString() : null;
        byte[]? ns = BytesOf(line, "namespace");
        byte[]? key = BytesOf(line, "key");
        return key is null && command is not ("FLUSHDB" or "FLUSHALL") ? null
            : new RefusedKey(sequence, ns ?? [], key is null ? null : (ReadOnlyMemory<byte>?)key);
    }

    /// <summary>Returns bytes, written as a string or, if they are not text, as <c>{"base64": …}</c>.</summary>
    private static byte[]? BytesOf(JsonElement line, string name) =>
        !line.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Object ? value.GetProperty("base64").GetBytesFromBase64()
        : Encoding.UTF8.GetBytes(value.GetString() ?? throw new FormatException());
}
