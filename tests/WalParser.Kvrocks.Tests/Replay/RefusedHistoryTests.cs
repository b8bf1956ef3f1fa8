using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// Random histories, of which the server refuses random parts for random reasons, and whose replays are cut at random places. When the
/// cause is mended, the same replay brings the dataset of the history. To try more histories, set WALPARSER_SEEDS to their number.
/// </summary>
public sealed class RefusedHistoryTests(RedisServer server, ITestOutputHelper output) : IClassFixture<RedisServer>
{
    private const int Attempts = 12;
    private const string User = "limited";

    private static readonly int[] Windows = [1, 8, 4096];

    private static readonly string[] Forbidden =
    [
        "-rpush", "-hset", "-del", "-sadd", "-pexpireat", "-zadd", "-set", "-rename", "-copy", "-flushdb", "-xadd", "-multi", "-exec",
        "-type",
    ];

    private static readonly Dictionary<string, string[]> Others = new()
    {
        ["string"] = ["SET", "in the way"],
        ["list"] = ["RPUSH", "in the way"],
        ["hash"] = ["HSET", "in", "the way"],
        ["set"] = ["SADD", "in the way"],
        ["stream"] = ["XADD", "1-1", "in", "the way"],
        ["zset"] = ["ZADD", "1", "in the way"],
    };

    private static int Seeds => int.Parse(
        Environment.GetEnvironmentVariable("WALPARSER_SEEDS") is { Length: > 0 } given ? given : "40", CultureInfo.InvariantCulture);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dataset_is_that_of_the_history_once_the_cause_is_mended(bool hasDatabases)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection admin = await server.ConnectAsync(1);
        await admin.AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
        int refusals = 0;
        int cuts = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            (int refused, int cut) = await RunAsync(admin, new Random(seed), hasDatabases, $"seed {seed}");
            refusals += refused;
            cuts += cut;
        }

        output.WriteLine($"{Seeds} histories, {refusals} replays with refusals, {cuts} cut replays");
        Assert.True(refusals >= Seeds / 4, $"only {refusals} replays had refusals");
        Assert.True(cuts >= Seeds / 4, $"only {cuts} replays were cut");
    }

    private async Task<(int Refused, int Cut)> RunAsync(RedisConnection admin, Random random, bool hasDatabases, string what)
    {
        ModelServer model = RandomHistory.Of(Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next()).ToArray());
        Dictionary<string, HashSet<string>> types = TypesOf(model.Batches);
        await admin.AskAsync("FLUSHALL");
        await admin.AskAsync("ACL", "SETUSER", User, "reset", "on", "nopass", "~*", "&*", "+@all");
        await using RedisConnection keys = await server.ConnectAsync(hasDatabases ? 2 : 1);
        ReplayOptions options = Replays.Plain() with
        {
            CheckpointKey = Replays.CheckpointKey,
            Window = Windows[random.Next(Windows.Length)],
            DatabaseOf = hasDatabases ? _ => 2 : null,
        };
        ulong last = BatchNumbers.LastSequence(model.Batches);
        int refused = 0;
        int cut = 0;
        ulong confirmed = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            bool isLast = attempt == Attempts - 1;
            Func<Task>? mend = isLast ? null : await HinderAsync(admin, keys, types, random);
            ReplayOptions one = options with { KeepGoing = !isLast && random.Next(3) == 0 };
            (ReplayResult? result, bool isComplete) = await ReplayAsync(one, model.Batches, isLast ? null : random);
            bool isCut = result?.UnansweredFrom is not null || result is null;
            cut += isCut ? 1 : 0;
            refused += result is { RefusalCount: > 0 } ? 1 : 0;
            if (mend is not null)
            {
                await mend();
            }

            Checkpoint? stored = await CheckpointAsync(admin);
            Assert.True((stored?.Confirmed ?? 0) >= confirmed, $"{what}: the checkpoint goes back");
            confirmed = stored?.Confirmed ?? 0;
            // A replay to the end that reports no refusal has brought everything.
            if (isComplete && result is { RefusalCount: 0, UnconfirmedCount: 0 } && !isCut)
            {
                IReadOnlyList<KeyState> expected = ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                List<KeyState> actual =
                    [.. (await RedisState.ReadAsync(keys)).Where(key => key.Key != StateBytes.Of(Replays.CheckpointName))];
                IReadOnlyList<string> differences =
                    StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences;
                Assert.True(differences.Count == 0, $"{what}, {attempt}: window {one.Window}: {string.Join('\n', differences.Take(5))}");
            }

            if (isLast)
            {
                string refusals = string.Join(", ", result?.Refusals ?? []);
                Assert.True(result is { RefusalCount: 0, UnconfirmedCount: 0 } && !isCut, $"{what}: {refusals}");
                Assert.True(isComplete);
            }
        }

        // A history of commands that had no effect has no batches, and then nothing is written.
        RespValue checkpoint = await admin.AskAsync("GET", Replays.CheckpointName);
        Assert.Equal(model.Batches.Count == 0, checkpoint.IsNull);
        Assert.Equal(checkpoint.IsNull ? "" : Replays.CheckpointValue(last), Replays.WithoutSelection(checkpoint.Text));
        return (refused, cut);
    }

    /// <summary>
    /// Replays through a proxy that may cut the connection, or stops in the middle. Returns the result, or null if there was no connection,
    /// and whether the replay came to the end.
    /// </summary>
    private async Task<(ReplayResult? Result, bool IsComplete)> ReplayAsync(ReplayOptions options, List<byte[]> batches, Random? random)
    {
        RedisEndpoint endpoint = RedisEndpoint.Parse($"redis://{User}:any@127.0.0.1:{server.Port}/1");
        bool isCut = random?.Next(2) == 0;
        int stop = random?.Next(3) == 0 ? random.Next(batches.Count + 1) : batches.Count;
        await using CuttingProxy? proxy = isCut ? new CuttingProxy(endpoint, 60 + random!.Next(4000)) : null;
        RedisEndpoint used = proxy is null ? endpoint : RedisEndpoint.Parse($"redis://{User}:any@127.0.0.1:{proxy.Endpoint.Port}/1");
        try
        {
            await using Replayer replayer = await Replayer.ConnectAsync(used, options);
            try
            {
                foreach (byte[] payload in batches.Take(stop))
                {
                    if (!await replayer.ReplayAsync(new WriteBatch(payload)))
                    {
                        return (await replayer.StopAsync(), false);
                    }
                }

                return stop == batches.Count ? (await replayer.CompleteAsync(), true) : (await replayer.StopAsync(), false);
            }
            catch (RedisException)
            {
                return (await replayer.StopAsync(), false);
            }
        }
        catch (RedisException)
        {
            return (null, false);
        }
    }

    /// <summary>Gives the server a reason to refuse commands. Returns what mends it; null if there is none.</summary>
    private static async Task<Func<Task>?> HinderAsync(
        RedisConnection admin, RedisConnection keys, Dictionary<string, HashSet<string>> types, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                // Another program's key, of a type that the history never gives the key. What commands make of it, such as RENAME, has that
                // type as well, and can have the name of a key to which the history gives that type at another time.
                string name = $"k{random.Next(6)}";
                string? other = Others.Keys.FirstOrDefault(type => types[name].Count > 0 && !types[name].Contains(type));
                if (other is null || (await keys.AskAsync("TYPE", name)).Text != "none")
                {
                    return null;
                }

                await keys.AskAsync([Others[other][0], name, .. Others[other][1..]]);
                return async () =>
                {
                    foreach ((string key, HashSet<string> known) in types)
                    {
                        if (!known.Contains((await keys.AskAsync("TYPE", key)).Text) || await IsInTheWayAsync(keys, key))
                        {
                            await keys.AskAsync("DEL", key);
                        }
                    }
                };
            case 1:
            case 2:
                await admin.AskAsync("ACL", "SETUSER", User, Forbidden[random.Next(Forbidden.Length)]);
                return async () => await admin.AskAsync("ACL", "SETUSER", User, "+@all");
            case 3:
                // The user may write only some of the keys.
                IEnumerable<string> permitted = types.Keys.Where(_ => random.Next(2) == 0).Select(key => "~" + key).ToList();
                await admin.AskAsync(["ACL", "SETUSER", User, "resetkeys", "~" + Replays.CheckpointName, .. permitted]);
                return async () => await admin.AskAsync("ACL", "SETUSER", User, "allkeys");
            case 4:
                await admin.AskAsync("CONFIG", "SET", "maxmemory", "1");
                return async () => await admin.AskAsync("CONFIG", "SET", "maxmemory", "0");
            default:
                return null;
        }
    }

    /// <summary>Whether a key has what another program wrote.</summary>
    private static async Task<bool> IsInTheWayAsync(RedisConnection keys, string key)
    {
        string[]? read = (await keys.AskAsync("TYPE", key)).Text switch
        {
            "string" => ["GET", key],
            "list" => ["LRANGE", key, "0", "-1"],
            "hash" => ["HVALS", key],
            "set" => ["SMEMBERS", key],
            "zset" => ["ZRANGE", key, "0", "-1"],
            "stream" => ["XRANGE", key, "-", "+"],
            _ => null,
        };
        return read is not null && HasWords(await keys.AskAsync([.. read]));

        static bool HasWords(RespValue reply) =>
            reply.Text.Contains("the way", StringComparison.Ordinal) || reply.Items.ToArray().Any(HasWords);
    }

    private static async Task<Checkpoint?> CheckpointAsync(RedisConnection admin)
    {
        RespValue value = await admin.AskAsync("GET", Replays.CheckpointName);
        Assert.True(value.IsNull || Checkpoint.TryParse(value.Text, out _), value.Text);
        return !value.IsNull && Checkpoint.TryParse(Encoding.UTF8.GetString(value.Bytes.Span), out Checkpoint found) ? found : null;
    }

    /// <summary>Returns the types, as TYPE returns them, that the history gives each key.</summary>
    private static Dictionary<string, HashSet<string>> TypesOf(List<byte[]> batches)
    {
        var keyspace = new Keyspace();
        Dictionary<string, HashSet<string>> types = Enumerable.Range(0, 6).ToDictionary(number => $"k{number}", _ => new HashSet<string>());
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            foreach (KeyChange change in keyspace.ApplyWithChanges(ref batch).Keys.Where(change => change.Key is not null))
            {
                types[Encoding.UTF8.GetString(change.UserKey.Span)].Add(change.Key!.Type switch
                {
                    KvrocksType.Bitmap or KvrocksType.HyperLogLog => "string",
                    KvrocksType.SortedInt => "zset",
                    var type => type.Name,
                });
            }
        }

        return types;
    }
}
