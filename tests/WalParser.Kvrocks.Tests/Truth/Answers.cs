using System.Globalization;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>A key as a server answers for it.</summary>
/// <param name="State">What a state file contains of the key.</param>
/// <param name="More">The replies to further questions about it, which two Kvrocks servers with the same data answer alike.</param>
internal sealed record Answer(KeyState State, IReadOnlyList<string> More)
{
    /// <summary>
    /// The values of types that a state file does not contain, as <see cref="SketchValues"/> has them: the samples of a time series, the
    /// minimum, the maximum and the quantiles of a t-digest, the items that a Bloom filter may contain. Null if they were not asked for.
    /// </summary>
    public IReadOnlyList<double>? Values { get; init; }
}

/// <summary>Reads all keys of a namespace of a Kvrocks server, or of a database of a Redis server, with ordinary commands.</summary>
internal static class Answers
{
    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidDataException">The server has a key of a type that this class does not know.</exception>
    public static async Task<Dictionary<StateBytes, Answer>> ReadAsync(RedisConnection connection)
    {
        byte[][] keys = [.. (await connection.AskAsync("KEYS", "*")).Items.ToArray().Select(key => key.Bytes.ToArray())];
        Dictionary<StateBytes, Answer> answers = [];
        foreach (byte[] key in keys)
        {
            string type = (await connection.AskAsync("TYPE", key)).Text;
            long expiry = (await connection.AskAsync("PEXPIRETIME", key)).Integer;
            var state = new KeyState(StateBytes.Of(key), type) { ExpireAtMs = expiry >= 0 ? expiry : null };
            try
            {
                answers.Add(state.Key, await ReadAsync(connection, key, state));
            }
            catch (RedisException exception)
            {
                throw new InvalidOperationException($"{state.Key} of type {type}: {exception.Message}", exception);
            }
        }

        return answers;
    }

    private static async Task<Answer> ReadAsync(RedisConnection redis, byte[] key, KeyState state)
    {
        switch (state.Type)
        {
            case "string":
                return new(state with { Text = StateBytes.Of((await redis.AskAsync("GET", key)).Bytes) }, []);
            case "bitmap":
                RespValue bitmap = await redis.AskAsync("GET", key);
                RespValue bits = await redis.AskAsync("BITCOUNT", key);
                return new(state with { Text = StateBytes.Of(bitmap.Bytes), BitsSet = bits.Integer }, []);
            case "hash":
                return new(state with { Pairs = Pairs(await redis.AskAsync("HGETALL", key)) }, [await MoreAsync(redis, "HLEN", key)]);
            case "list":
                return new(state with { Elements = Texts(await redis.AskAsync("LRANGE", key, "0", "-1")) }, []);
            case "set":
                return new(state with { Elements = Texts(await redis.AskAsync("SMEMBERS", key)) }, [await MoreAsync(redis, "SCARD", key)]);
            case "zset":
                return new(
                    state with { Pairs = Pairs(await redis.AskAsync("ZRANGE", key, "0", "-1", "WITHSCORES")) },
                    [await MoreAsync(redis, "ZCARD", key), await MoreAsync(redis, "ZRANGEBYLEX", key, "-", "+")]);
            case "sortedint":
                return new(state with { Elements = Texts(await redis.AskAsync("SIRANGEBYVALUE", key, "-inf", "+inf")) }, []);
            case "stream":
                return await StreamAsync(redis, key, state);
            case "ReJSON-RL":
                return new(state with { Text = StateBytes.Of((await redis.AskAsync("JSON.GET", key)).Bytes) }, []);
            case "hyperloglog":
                return new(state with { Count = (await redis.AskAsync("PFCOUNT", key)).Integer }, []);
            case "MBbloom--":
                object[] items = [.. Enumerable.Range(0, SketchValues.BloomItems).Select(item => $"{item}")];
                return new(state, [await MoreAsync(redis, "BF.INFO", key)])
                {
                    Values = Numbers(await redis.AskAsync(["BF.MEXISTS", key, .. items])),
                };
            case "MBbloomCF":
                return new(state, [await MoreAsync(redis, "CF.INFO", key)]);
            case "TDIS-TYPE":
                object[] quantiles = [.. SketchValues.Quantiles.Select(quantile => quantile.ToString(CultureInfo.InvariantCulture))];
                RespValue[] replies =
                [
                    await redis.AskAsync("TDIGEST.MIN", key), await redis.AskAsync("TDIGEST.MAX", key),
                    await redis.AskAsync(["TDIGEST.QUANTILE", key, .. quantiles]),
                ];
                return new(state, [await MoreAsync(redis, "TDIGEST.INFO", key)]) { Values = [.. replies.SelectMany(Numbers)] };
            case "timeseries":
                double[] samples = Numbers(await redis.AskAsync("TS.RANGE", key, "-", "+"));
                return new(state, [await MoreAsync(redis, "TS.INFO", key)]) { Values = samples };
            default:
                throw new InvalidDataException(
                    $"The server has a key of type '{state.Type}'. Add to this class the questions that read such a key.");
        }
    }

    private static async Task<Answer> StreamAsync(RedisConnection redis, byte[] key, KeyState state)
    {
        RespValue entries = await redis.AskAsync("XRANGE", key, "-", "+");
        RespValue groups = await redis.AskAsync("XINFO", "GROUPS", key);
        List<string> more = [await MoreAsync(redis, "XINFO", "STREAM", key)];
        IReadOnlyDictionary<string, string?>[] all = [.. groups.Items.ToArray().Select(Group)];
        foreach (IReadOnlyDictionary<string, string?> group in all)
        {
            more.Add(await MoreAsync(redis, "XPENDING", key, group["name"]!));
        }

        return new(
            state with
            {
                Entries = [.. entries.Items.ToArray().Select(entry => (entry.Items.Span[0].Text, Texts(entry.Items.Span[1])))],
                Groups = all,
            },
            more);
    }

    private static async Task<string> MoreAsync(RedisConnection connection, params object[] arguments) =>
        $"{arguments[0]}: {Shown(await connection.ExecuteAsync(Command(arguments)))}";

    private static string Shown(RespValue value) =>
        value.IsNull ? "null"
        : !value.Items.IsEmpty ? $"[{string.Join(' ', value.Items.ToArray().Select(Shown))}]"
        : value.Kind == RespKind.Integer ? value.Text
        : $"{StateBytes.Of(value.Bytes)}";

    private static double[] Numbers(RespValue value) => value.Kind == RespKind.Array
        ? [.. value.Items.ToArray().SelectMany(Numbers)]
        : [double.Parse(value.Text, CultureInfo.InvariantCulture)];

    private static IReadOnlyList<StateBytes> Texts(RespValue items) => [.. items.Items.ToArray().Select(item => StateBytes.Of(item.Bytes))];

    private static IReadOnlyList<(StateBytes Name, StateBytes Value)> Pairs(RespValue items) =>
        [.. Texts(items).Chunk(2).Select(pair => (pair[0], pair[1]))];

    private static Dictionary<string, string?> Group(RespValue group) =>
        group.Items.ToArray().Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1].IsNull ? null : pair[1].Text);
}
