using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>A random change of one key on a server, and the parts in which the key then differs.</summary>
/// <param name="Text">What was changed.</param>
/// <param name="Parts">The parts, with their names.</param>
internal sealed record Mutation(string Text, params (ComparedPart Part, string Name)[] Parts)
{
    private const string Added = "walparser-added";

    /// <summary>The groups of streams are written before the name: <c>group/name</c>.</summary>
    public static async Task<Mutation?> MakeAsync(RedisConnection redis, byte[] key, string type, Random random) => type switch
    {
        _ when random.Next(6) == 0 => await ExpiryAsync(redis, key),
        _ when random.Next(20) == 0 => await TypeAsync(redis, key, type),
        "string" => await StringAsync(redis, key, random),
        "hash" => await HashAsync(redis, key, random),
        "list" => await ListAsync(redis, key, random),
        "set" => await SetAsync(redis, key, random),
        "zset" => await ZSetAsync(redis, key, random),
        _ => await StreamAsync(redis, key, random),
    };

    private static async Task<Mutation> ExpiryAsync(RedisConnection redis, byte[] key)
    {
        long expiry = (await redis.AskAsync("PEXPIRETIME", key)).Integer;
        await redis.AskAsync("PEXPIREAT", key, expiry < 0 ? "4102444800000" : $"{expiry + 1}");
        return new Mutation("expiry", (ComparedPart.Expiry, ""));
    }

    private static async Task<Mutation> TypeAsync(RedisConnection redis, byte[] key, string type)
    {
        await redis.AskAsync("DEL", key);
        await redis.AskAsync(type == "string" ? "RPUSH" : "SET", key, "x");
        return new Mutation("type", (ComparedPart.Type, ""));
    }

    private static async Task<Mutation?> StringAsync(RedisConnection redis, byte[] key, Random random)
    {
        byte[] value = (await redis.AskAsync("GET", key)).Bytes.ToArray();
        if (value.AsSpan().StartsWith("HYLL"u8))
        {
            await redis.AskAsync("SETRANGE", key, "16", new byte[] { (byte)(value[16] ^ 0x3F) });
            return new Mutation("register", (ComparedPart.Register, "0"));
        }

        if (value.Length == 0 || random.Next(4) == 0)
        {
            await redis.AskAsync("APPEND", key, "x");
            return new Mutation("append", (ComparedPart.Length, ""));
        }

        int at = random.Next(value.Length);
        await redis.AskAsync("SETRANGE", key, $"{at}", new[] { (byte)(value[at] ^ (1 << random.Next(8))) });
        return new Mutation($"byte {at}", (ComparedPart.Value, ""));
    }

    private static async Task<Mutation?> HashAsync(RedisConnection redis, byte[] key, Random random)
    {
        byte[][] pairs = await TextsAsync(redis, "HGETALL", key);
        int at = random.Next(pairs.Length / 2) * 2;
        switch (random.Next(3))
        {
            case 0:
                await redis.AskAsync("HDEL", key, pairs[at]);
                return new Mutation("HDEL", (ComparedPart.Field, Latin(pairs[at])));
            case 1:
                await redis.AskAsync("HSET", key, Added, "1");
                return new Mutation("HSET new", (ComparedPart.Field, Added));
            default:
                await redis.AskAsync("HSET", key, pairs[at], (byte[])[.. pairs[at + 1], 1]);
                return new Mutation("HSET", (ComparedPart.Field, Latin(pairs[at])));
        }
    }

    private static async Task<Mutation?> ListAsync(RedisConnection redis, byte[] key, Random random)
    {
        byte[][] elements = await TextsAsync(redis, "LRANGE", key, "0", "-1");
        int at = random.Next(elements.Length);
        switch (random.Next(3))
        {
            case 0 when elements.Length > 1 && at > 0 && !elements[at].AsSpan().SequenceEqual(elements[at - 1]):
                await redis.AskAsync("LSET", key, $"{at}", elements[at - 1]);
                await redis.AskAsync("LSET", key, $"{at - 1}", elements[at]);
                return new Mutation("swap", (ComparedPart.Element, $"{at - 1}"), (ComparedPart.Element, $"{at}"));
            case 1:
                await redis.AskAsync("RPUSH", key, Added);
                return new Mutation("RPUSH", (ComparedPart.Length, ""), (ComparedPart.Element, $"{elements.Length}"));
            default:
                await redis.AskAsync("LSET", key, $"{at}", (byte[])[.. elements[at], 1]);
                return new Mutation("LSET", (ComparedPart.Element, $"{at}"));
        }
    }

    private static async Task<Mutation?> SetAsync(RedisConnection redis, byte[] key, Random random)
    {
        byte[][] members = await TextsAsync(redis, "SMEMBERS", key);
        byte[] member = members[random.Next(members.Length)];
        if (random.Next(2) == 0)
        {
            await redis.AskAsync("SADD", key, Added);
            return new Mutation("SADD", (ComparedPart.Member, Added));
        }

        await redis.AskAsync("SREM", key, member);
        return new Mutation("SREM", (ComparedPart.Member, Latin(member)));
    }

    private static async Task<Mutation?> ZSetAsync(RedisConnection redis, byte[] key, Random random)
    {
        byte[][] pairs = await TextsAsync(redis, "ZRANGE", key, "0", "-1", "WITHSCORES");
        int at = random.Next(pairs.Length / 2) * 2;
        switch (random.Next(3))
        {
            case 0:
                await redis.AskAsync("ZADD", key, "1", Added);
                return new Mutation("ZADD new", (ComparedPart.Member, Added));
            case 1:
                await redis.AskAsync("ZREM", key, pairs[at]);
                return new Mutation("ZREM", (ComparedPart.Member, Latin(pairs[at])));
            default:
                string text = Latin(pairs[at + 1]);
                double score = text is "inf" or "-inf" ? 0 : double.Parse(text, CultureInfo.InvariantCulture);
                double next = text == "-0" ? 5 : Math.BitIncrement(score);
                await redis.AskAsync("ZADD", key, next.ToString("R", CultureInfo.InvariantCulture), pairs[at]);
                return new Mutation("ZADD", (ComparedPart.Member, Latin(pairs[at])));
        }
    }

    private static async Task<Mutation?> StreamAsync(RedisConnection redis, byte[] key, Random random)
    {
        RespValue[] entries = (await redis.AskAsync("XRANGE", key, "-", "+")).Items.ToArray();
        RespValue[] groups = (await redis.AskAsync("XINFO", "GROUPS", key)).Items.ToArray();
        string group = groups.Length == 0 ? "" : groups[0].Items.Span[1].Text;
        RespValue[] pending = groups.Length == 0
            ? []
            : (await redis.AskAsync("XPENDING", key, group, "-", "+", "100")).Items.ToArray();
        int choice = random.Next(pending.Length > 0 ? 7 : groups.Length > 0 ? 4 : 2);
        if (choice == 0 && entries.Length > 0)
        {
            string id = entries[random.Next(entries.Length)].Items.Span[0].Text;
            await redis.AskAsync("XDEL", key, id);
            return new Mutation("XDEL", (ComparedPart.Entry, id));
        }

        string first = pending.Length == 0 ? "" : pending[0].Items.Span[0].Text;
        switch (choice)
        {
            case 2:
                await redis.AskAsync("XGROUP", "SETID", key, group, "77-7", "ENTRIESREAD", EntriesRead(groups[0]));
                return new Mutation("SETID", (ComparedPart.LastDeliveredId, $"{group}/"));
            case 3:
                await redis.AskAsync("XGROUP", "CREATECONSUMER", key, group, Added);
                return new Mutation("CREATECONSUMER", (ComparedPart.Consumer, $"{group}/{Added}"));
            case 4:
                await redis.AskAsync("XACK", key, group, first);
                return new Mutation("XACK", (ComparedPart.PendingEntry, $"{group}/{first}"));
            case 5:
                await redis.AskAsync(
                    "XCLAIM", key, group, pending[0].Items.Span[1].Text, "0", first, "TIME", "3600000", "RETRYCOUNT",
                    $"{pending[0].Items.Span[3].Integer}", "JUSTID");
                return new Mutation("XCLAIM TIME", (ComparedPart.PendingEntry, $"{group}/{first}"));
            case 6:
                await redis.AskAsync("XCLAIM", key, group, pending[0].Items.Span[1].Text, "0", first, "RETRYCOUNT", "99", "TIME", "0");
                return new Mutation("XCLAIM RETRYCOUNT", (ComparedPart.PendingEntry, $"{group}/{first}"));
            default:
                string id = (await redis.AskAsync("XADD", key, "*", "a", "1")).Text;
                return new Mutation("XADD", (ComparedPart.Entry, id), (ComparedPart.LastId, ""), (ComparedPart.EntriesAdded, ""));
        }
    }

    // name, consumers, pending, last-delivered-id, entries-read, lag: each a name and a value.
    private static string EntriesRead(RespValue group) => group.Items.Span[9].IsNull ? "-1" : group.Items.Span[9].Text;

    private static async Task<byte[][]> TextsAsync(RedisConnection redis, params object[] command) =>
        [.. (await redis.AskAsync(command)).Items.ToArray().Select(item => item.Bytes.ToArray())];

    public static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
