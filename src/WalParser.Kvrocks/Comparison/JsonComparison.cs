using System.Text.Json;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>Compares JSON documents by their content: the order of names and the form of numbers do not matter.</summary>
internal static class JsonComparison
{
    private const int MaxDepth = 512;

    public static async Task CompareAsync(ComparedKey key)
    {
        RespValue? reply = await key.Server.TryAskAsync("JSON.GET", key.Name).ConfigureAwait(false);
        byte[]? logs = key.Key.ToJsonText();
        if (reply is not { } found || logs is null)
        {
            key.Differences.Uncompared = UncomparedReason.NotReadable;
        }
        else if (!AreEqual(logs, found.Bytes))
        {
            key.Differences.Check(ComparedPart.Value, default, logs, found.Bytes);
        }
    }

    private static bool AreEqual(ReadOnlyMemory<byte> logs, ReadOnlyMemory<byte> server)
    {
        if (logs.Span.SequenceEqual(server.Span))
        {
            return true;
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxDepth };
            using var ours = JsonDocument.Parse(logs, options);
            using var theirs = JsonDocument.Parse(server, options);
            return JsonElement.DeepEquals(ours.RootElement, theirs.RootElement);
        }
        catch (JsonException)
        {
            // A text that cannot be parsed is equal only byte by byte.
            return false;
        }
    }
}
