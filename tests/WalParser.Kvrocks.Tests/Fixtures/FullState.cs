using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Fixtures;

/// <summary>What <c>state-full.json</c> has of the keys of a type, with the keyspace that results from the logs beside it.</summary>
internal static class FullState
{
    /// <summary>The scenarios whose <c>state-full.json</c> has keys of a type.</summary>
    public static IEnumerable<object[]> With(string type) => TestFiles.Named("state-full.json")
        .Where(path => Keys(path).Any(key => key.GetProperty("type").GetString() == type))
        .Select(path => (object[])[path]);

    /// <summary>The keys of a <c>state-full.json</c>, each as the server showed it and as the keyspace has it.</summary>
    public static async Task<List<(JsonElement Server, KeyspaceKey Ours)>> ReadAsync(string path, string type)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(path)))
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        List<(JsonElement, KeyspaceKey)> keys =
        [
            .. Keys(path)
                .Where(key => key.GetProperty("type").GetString() == type)
                .Select(key => (key, keyspace.Find("__namespace"u8, Encoding.UTF8.GetBytes(key.GetProperty("key").GetString()!))!)),
        ];
        Assert.NotEmpty(keys);
        return keys;
    }

    private static JsonElement[] Keys(string path) =>
        JsonDocument.Parse(File.ReadAllBytes(TestFiles.PathOf(path))).RootElement is { ValueKind: JsonValueKind.Array } keys
            ? [.. keys.EnumerateArray()]
            : [];
}
