using WalParser.Kvrocks.Resp;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.TestSupport.Redis;

/// <summary>Reads all keys of a database of a Redis server, in the form of a scenario's state.</summary>
internal static class RedisState
{
    public static async Task<IReadOnlyList<KeyState>> ReadAsync(RedisConnection connection)
    {
        List<byte[]> keys = await ScanAsync(connection);
        RespValue[] types = await connection.AskAllAsync(keys.Select(key => Command("TYPE", key)));
        RespValue[] expiries = await connection.AskAllAsync(keys.Select(key => Command("PEXPIRETIME", key)));
        RespValue[] values = await connection.AskAllAsync(keys.Select((key, i) => Reading(types[i].Text, key)));
        List<KeyState> states = [];
        for (int i = 0; i < keys.Count; i++)
        {
            long expiry = expiries[i].Integer;
            var state = new KeyState(StateBytes.Of(keys[i]), types[i].Text) { ExpireAtMs = expiry >= 0 ? expiry : null };
            states.Add(await FilledAsync(connection, state, keys[i], values[i]));
        }

        return states;
    }

    private static async Task<List<byte[]>> ScanAsync(RedisConnection connection)
    {
        // SCAN may return a key twice.
        HashSet<StateBytes> seen = [];
        List<byte[]> keys = [];
        string cursor = "0";
        do
        {
            RespValue page = await connection.AskAsync("SCAN", cursor, "COUNT", "1000");
            cursor = page.Items.Span[0].Text;
            foreach (RespValue key in page.Items.Span[1].Items.Span)
            {
                if (seen.Add(StateBytes.Of(key.Bytes)))
                {
                    keys.Add(key.Bytes.ToArray());
                }
            }
        }
        while (cursor != "0");
        return keys;
    }

    private static ReadOnlyMemory<byte>[] Reading(string type, byte[] key) => type switch
    {
        "string" => Command("GET", key),
        "hash" => Command("HGETALL", key),
        "list" => Command("LRANGE", key, "0", "-1"),
        "set" => Command("SMEMBERS", key),
        "zset" => Command("ZRANGE", key, "0", "-1", "WITHSCORES"),
        "stream" => Command("XRANGE", key, "-", "+"),
        _ => throw new InvalidDataException($"Redis has a key of type {type}."),
    };

    private static async Task<KeyState> FilledAsync(RedisConnection redis, KeyState state, byte[] key, RespValue value) => state.Type switch
    {
        "string" => state with
        {
            Text = StateBytes.Of(value.Bytes),
            BitsSet = (await redis.AskAsync("BITCOUNT", key)).Integer,
            Count = await HyperLogLogCountAsync(redis, key, value),
        },
        "list" or "set" => state with { Elements = Texts(value) },
        "hash" or "zset" => state with { Pairs = Pairs(value) },
        _ => state with
        {
            Entries = [.. value.Items.ToArray().Select(entry => (entry.Items.Span[0].Text, Texts(entry.Items.Span[1])))],
            Groups = [.. (await redis.AskAsync("XINFO", "GROUPS", key)).Items.ToArray().Select(Group)],
        },
    };

    // In Redis a HyperLogLog is a string. Its first bytes show that it may be one, and PFCOUNT succeeds if it is.
    private static async Task<long?> HyperLogLogCountAsync(RedisConnection connection, byte[] key, RespValue value)
    {
        if (!value.Bytes.Span.StartsWith("HYLL"u8))
        {
            return null;
        }

        RespValue count = await connection.ExecuteAsync(Command("PFCOUNT", key));
        return count.IsError ? null : count.Integer;
    }

    private static IReadOnlyList<StateBytes> Texts(RespValue items) => [.. items.Items.ToArray().Select(item => StateBytes.Of(item.Bytes))];

    private static IReadOnlyList<(StateBytes Name, StateBytes Value)> Pairs(RespValue items) =>
        [.. Texts(items).Chunk(2).Select(pair => (pair[0], pair[1]))];

    private static Dictionary<string, string?> Group(RespValue group) =>
        group.Items.ToArray().Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1].IsNull ? null : pair[1].Text);
}
