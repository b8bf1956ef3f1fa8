using System.Text.Json;

namespace WalParser.TestSupport.Redis;

/// <summary>The keyspace that the server of a scenario reported: <c>state*.json</c>.</summary>
public static class StateFile
{
    /// <summary>Reads the keys of a state file by namespace. A file with a single keyspace belongs to the default namespace.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<KeyState>> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? new Dictionary<string, IReadOnlyList<KeyState>> { ["__namespace"] = ReadKeys(document.RootElement) }
            : document.RootElement.EnumerateObject().ToDictionary(space => space.Name, space => ReadKeys(space.Value));
    }

    private static IReadOnlyList<KeyState> ReadKeys(JsonElement keys) => [.. keys.EnumerateArray().Select(ReadKey)];

    private static KeyState ReadKey(JsonElement element)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name is not ("key" or "type" or "expire_at_ms" or "value" or "bits_set" or "groups" or "count"))
            {
                throw new InvalidDataException($"A state has '{property.Name}', which this does not compare: {element}");
            }
        }

        var key = new KeyState(StateBytes.Of(element.GetProperty("key")), element.GetProperty("type").GetString()!)
        {
            ExpireAtMs = Number(element, "expire_at_ms"),
            BitsSet = Number(element, "bits_set"),
            Count = Number(element, "count"),
        };
        bool hasValue = element.TryGetProperty("value", out JsonElement value);
        return key.Type switch
        {
            "string" or "bitmap" or "ReJSON-RL" => key with { Text = StateBytes.Of(value) },
            "list" or "set" or "sortedint" => key with { Elements = Texts(value) },
            "hash" or "zset" => key with
            {
                Pairs = [.. value.EnumerateArray().Select(Two).Select(pair => (StateBytes.Of(pair[0]), StateBytes.Of(pair[1])))],
            },
            "stream" => key with
            {
                Entries = [.. value.EnumerateArray().Select(Two).Select(entry => (entry[0].GetString()!, Texts(entry[1])))],
                Groups = element.TryGetProperty("groups", out JsonElement groups) ? [.. groups.EnumerateArray().Select(Group)] : [],
            },
            "hyperloglog" when key.Count is not null => key,
            _ when !hasValue => key,
            _ => throw new InvalidDataException($"A state has a type with a value that this does not know: {element}"),
        };
    }

    // A third element, such as the expiry of a field, would have to be compared, too.
    private static JsonElement Two(JsonElement pair) =>
        pair.GetArrayLength() == 2 ? pair : throw new InvalidDataException($"A state has {pair} where a pair is expected.");

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : null;

    private static IReadOnlyList<StateBytes> Texts(JsonElement items) => [.. items.EnumerateArray().Select(StateBytes.Of)];

    private static Dictionary<string, string?> Group(JsonElement group)
    {
        JsonElement[] items = [.. group.EnumerateArray()];
        return Enumerable.Range(0, items.Length / 2).ToDictionary(
            i => items[2 * i].GetString()!,
            i => items[(2 * i) + 1].ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => items[(2 * i) + 1].GetString(),
                _ => items[(2 * i) + 1].GetRawText(),
            });
    }
}
