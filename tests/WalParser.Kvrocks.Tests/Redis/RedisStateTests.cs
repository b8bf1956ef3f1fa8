using System.Globalization;
using System.Text.Json;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Redis;

/// <summary>The comparison itself: the state that is written to a real server is read back equal, and every difference is found.</summary>
public sealed class RedisStateTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const long Never = long.MinValue;

    private static readonly string[] NativeTypes = ["string", "bitmap", "hyperloglog", "list", "set", "hash", "zset", "stream"];

    public static TheoryData<string> StateFiles => [.. TestFiles.Named("state.json"), .. TestFiles.Named("state-by-namespace.json")];

    [SkippableTheory]
    [MemberData(nameof(StateFiles))]
    public async Task A_state_that_is_written_to_a_server_is_read_back(string file)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 10);
        foreach ((string space, IReadOnlyList<KeyState> expected) in StateFile.Read(TestFiles.PathOf(file)))
        {
            Assert.NotEmpty(space);
            await connection.AskAsync("FLUSHDB");
            await connection.AskAllAsync(expected.SelectMany(Commands));
            StateComparison comparison = StateComparison.Of(expected, await RedisState.ReadAsync(connection), Now());

            // Values of which only a digest is known, and sketches, cannot be written to the server. Only these keys are missing.
            string[] missing =
            [
                .. expected
                    .Where(key => (key.Type == "hyperloglog" || !HasBytes(key)) && NativeTypes.Contains(key.Type))
                    .Select(key => $"{key.Key}: Redis does not have it ({key.Type})"),
            ];
            Assert.Equal(missing, comparison.Differences);
            Assert.Equal(
                expected.Where(key => !NativeTypes.Contains(key.Type) && key.Type != "sortedint").Select(key => (key.Type, key.Key)),
                comparison.Uncompared
                    .Where(left => left.Class is not ("stream group lag" or "expired"))
                    .Select(left => (left.Class, left.Key)));
        }
    }

    [SkippableFact]
    public async Task Types_expiries_groups_and_sketches_are_read()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 11);
        await connection.AskAllAsync([
            Command("SET", "a", "v", "PXAT", "4102444800123"),
            Command("SETBIT", "bits", "3", "1"),
            Command("PFADD", "hll", "x", "y", "z"),
            Command("SET", "HYLL", "HYLL is no sketch"),
            Command("XADD", "s", "1-1", "f", "v"),
            Command("XADD", "s", "2-1", "f", "v"),
            Command("XGROUP", "CREATE", "s", "g", "1-1", "ENTRIESREAD", "1"),
            Command("XGROUP", "CREATECONSUMER", "s", "g", "c"),
            Command("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"),
        ]);
        Dictionary<string, KeyState> state = (await RedisState.ReadAsync(connection)).ToDictionary(key => key.Key.Text);
        Assert.Equal(["HYLL", "a", "bits", "hll", "s"], state.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(4102444800123, state["a"].ExpireAtMs);
        Assert.Null(state["bits"].ExpireAtMs);
        Assert.Equal(1, state["bits"].BitsSet);
        Assert.Equal(3, state["hll"].Count);
        Assert.Null(state["HYLL"].Count);
        Assert.Equal(["1-1", "2-1"], state["s"].Entries!.Select(entry => entry.Id));
        IReadOnlyDictionary<string, string?> group = Assert.Single(state["s"].Groups!);
        string[] fields = ["name", "consumers", "pending", "last-delivered-id", "entries-read", "lag"];
        Assert.Equal(["g", "1", "1", "2-1", "2", "0"], fields.Select(field => group[field]));
    }

    /// <summary>A key in a state file, the key that Redis might have, and the differences that are reported.</summary>
    public static TheoryData<string, string, string> Pairs => new()
    {
        { """{"type":"string","value":"a"}""", """{"type":"string","value":"b"}""", "value is \"b\", not \"a\"" },
        { """{"type":"string","value":"a"}""", """{"type":"list","value":["a"]}""", "type list, not string" },
        {
            """{"type":"string","value":"a","expire_at_ms":4102444800000}""", """{"type":"string","value":"a"}""",
            "expires at no time, not 4102444800000"
        },
        {
            """{"type":"string","value":"a"}""", """{"type":"string","value":"a","expire_at_ms":4102444800001}""",
            "expires at 4102444800001, not never"
        },
        {
            """{"type":"bitmap","value":{"base64":"EA=="},"bits_set":1}""", """{"type":"string","value":{"base64":"EAA="},"bits_set":1}""",
            "value is 0x1000, not 0x10"
        },
        { """{"type":"list","value":["a","b"]}""", """{"type":"list","value":["b","a"]}""", "element 0 is \"b\", not \"a\"" },
        { """{"type":"list","value":["a","b"]}""", """{"type":"list","value":["a"]}""", "number of elements is 1, not 2" },
        {
            """{"type":"set","value":["a","b"]}""", """{"type":"set","value":["b","c"]}""",
            "Redis does not have member \"a\"|only Redis has member \"c\""
        },
        { """{"type":"hash","value":[["f","1"]]}""", """{"type":"hash","value":[["f","2"]]}""", "member \"f\" has \"2\", not \"1\"" },
        {
            """{"type":"zset","value":[["m","1.5"],["i","inf"],["h","1e+300"]]}""",
            """{"type":"zset","value":[["h","1.0000000000000001e+300"],["m","1.5"],["i","-inf"]]}""",
            "member \"i\" has -Infinity, not Infinity"
        },
        {
            """{"type":"zset","value":[["m","0.1"]]}""", """{"type":"zset","value":[["m","0.10000000000000002"]]}""",
            "member \"m\" has 0.10000000000000002, not 0.1"
        },
        { """{"type":"sortedint","value":["1","2"]}""", """{"type":"zset","value":[["1","1"],["2","3"]]}""", "member \"2\" has 3, not 2" },
        { """{"type":"hyperloglog","count":5}""", """{"type":"string","value":"x","count":6}""", "count is 6, not 5" },
        { """{"type":"hyperloglog","count":5}""", """{"type":"string","value":"x"}""", "count is none, not 5" },
        { """{"type":"stream","value":[["1-1",["f","v"]]]}""", """{"type":"stream","value":[["1-1",["f","w"]]]}""", "entry 0 is " },
        { """{"type":"stream","value":[["1-1",["f","v"]]]}""", """{"type":"stream","value":[["1-2",["f","v"]]]}""", "entry 0 is " },
        {
            """{"type":"stream","value":[],"groups":[["name","g","pending",1,"entries-read",null]]}""",
            """{"type":"stream","value":[],"groups":[["name","g","pending",2,"entries-read",0]]}""",
            "group 'g': pending is 2, not 1|group 'g': entries-read is 0, not none"
        },
        {
            """{"type":"stream","value":[],"groups":[["name","g"]]}""", """{"type":"stream","value":[],"groups":[["name","h"]]}""",
            "Redis does not have group 'g'|only Redis has group 'h'"
        },
        {
            """{"type":"ReJSON-RL","value":"1"}""", """{"type":"string","value":"1"}""",
            "Redis has a string for what it has no type for (ReJSON-RL)"
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Each_difference_is_reported(string expected, string actual, string differences)
    {
        StateComparison comparison = Compare(expected, actual, Never);
        string[] parts = differences.Split('|');
        Assert.Equal(parts.Length, comparison.Differences.Count);
        Assert.All(parts, (part, i) => Assert.StartsWith($"\"k\": {part}", comparison.Differences[i], StringComparison.Ordinal));
        Assert.Empty(comparison.Uncompared);
    }

    [Theory]
    [InlineData("""{"type":"string","value":"a"}""", "Redis does not have it (string)", null)]
    [InlineData("""{"type":"string","value":"a","expire_at_ms":1000}""", null, "expired")]
    [InlineData("""{"type":"string","value":"a","expire_at_ms":1001}""", "Redis does not have it (string)", null)]
    [InlineData("""{"type":"sortedint","value":["1"]}""", null, "sortedint")]
    [InlineData("""{"type":"MBbloom--"}""", null, "MBbloom--")]
    [InlineData("""{"type":"TDIS-TYPE"}""", null, "TDIS-TYPE")]
    [InlineData("""{"type":"ReJSON-RL","value":"1"}""", null, "ReJSON-RL")]
    public void A_missing_key_is_a_difference_or_is_listed_as_uncompared(string expected, string? difference, string? left)
    {
        StateComparison comparison = Compare(expected, null, 1000);
        Assert.Equal(difference is null ? [] : [$"\"k\": {difference}"], comparison.Differences);
        Assert.Equal(left is null ? [] : [left], comparison.Uncompared.Select(one => one.Class));
        Assert.All(comparison.Uncompared, one => Assert.NotEmpty(one.Reason));
    }

    [Fact]
    public void A_key_that_only_Redis_has_is_a_difference() =>
        Assert.Equal(
            ["\"k\": only Redis has it (string)"],
            StateComparison.Of([], Read("""{"type":"string","value":"a"}"""), Never).Differences);

    [Fact]
    public void Bytes_equal_their_digest()
    {
        byte[] bytes = new byte[2000];
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        using var element = JsonDocument.Parse($$"""{"bytes": 2000, "sha256": "{{digest}}"}""");
        Assert.Equal(StateBytes.Of(bytes), StateBytes.Of(element.RootElement));
        Assert.NotEqual(StateBytes.Of(bytes.AsMemory(1)), StateBytes.Of(element.RootElement));
    }

    private static StateComparison Compare(string expected, string? actual, long nowMs) =>
        StateComparison.Of(Read(expected), actual is null ? [] : Read(actual), nowMs);

    private static IReadOnlyList<KeyState> Read(string key)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $$"""[{"key":"k",{{key[1..]}}]""");
            return Assert.Single(StateFile.Read(file)).Value;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static bool HasBytes(KeyState key) =>
        Parts(key).All(part => part.Bytes is not null);

    private static IEnumerable<StateBytes> Parts(KeyState key) =>
    [
        key.Key,
        .. key.Text is { } text ? [text] : Array.Empty<StateBytes>(),
        .. key.Elements ?? [],
        .. (key.Pairs ?? []).SelectMany(pair => (StateBytes[])[pair.Name, pair.Value]),
        .. (key.Entries ?? []).SelectMany(entry => entry.Fields),
    ];

    /// <summary>Returns the commands that create the key of a state, if Redis has a type for it.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>[]> Commands(KeyState key)
    {
        if (!HasBytes(key))
        {
            yield break;
        }

        byte[] name = key.Key.Bytes!;
        switch (key.Type)
        {
            case "string" or "bitmap":
                yield return Command("SET", name, key.Text!.Bytes!);
                break;
            case "list":
                yield return Command(["RPUSH", name, .. key.Elements!.Select(element => element.Bytes!)]);
                break;
            case "set":
                yield return Command(["SADD", name, .. key.Elements!.Select(element => element.Bytes!)]);
                break;
            case "sortedint":
                yield return Command(["ZADD", name, .. key.Elements!.SelectMany(element => (byte[][])[element.Bytes!, element.Bytes!])]);
                break;
            case "hash":
                yield return Command(["HSET", name, .. key.Pairs!.SelectMany(pair => (byte[][])[pair.Name.Bytes!, pair.Value.Bytes!])]);
                break;
            case "zset":
                yield return Command(["ZADD", name, .. key.Pairs!.SelectMany(pair => (byte[][])[pair.Value.Bytes!, pair.Name.Bytes!])]);
                break;
            case "stream":
                foreach (ReadOnlyMemory<byte>[] command in StreamCommands(name, key))
                {
                    yield return command;
                }

                break;
            default:
                yield break;
        }

        if (key.ExpireAtMs is { } expiry)
        {
            yield return Command("PEXPIREAT", name, expiry.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>[]> StreamCommands(byte[] name, KeyState key)
    {
        // A state does not list the pending entries, so the first ones are used, and entries before them that are deleted at the end.
        int pending = key.Groups!.Select(group => int.Parse(group["pending"]!, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
        int deleted = key.Entries!.Count == 0 ? Math.Max(pending, 1) : Math.Max(pending - key.Entries.Count, 0);
        string[] gone = [.. Enumerable.Range(1, deleted).Select(i => $"0-{i}")];
        foreach (string id in gone)
        {
            yield return Command("XADD", name, id, "gone", "");
        }

        foreach ((string id, IReadOnlyList<StateBytes> fields) in key.Entries!)
        {
            yield return Command(["XADD", name, id, .. fields.Select(field => field.Bytes!)]);
        }

        foreach (IReadOnlyDictionary<string, string?> group in key.Groups!)
        {
            object[] read = group["entries-read"] is { } count ? ["ENTRIESREAD", count] : [];
            yield return Command(["XGROUP", "CREATE", name, group["name"]!, group["last-delivered-id"]!, "MKSTREAM", .. read]);
            int consumers = int.Parse(group["consumers"]!, CultureInfo.InvariantCulture);
            for (int i = 0; i < consumers; i++)
            {
                yield return Command("XGROUP", "CREATECONSUMER", name, group["name"]!, $"consumer {i}");
            }

            IEnumerable<string> ids = [.. gone, .. key.Entries!.Select(entry => entry.Id)];
            foreach (string id in ids.Take(int.Parse(group["pending"]!, CultureInfo.InvariantCulture)))
            {
                yield return Command("XCLAIM", name, group["name"]!, "consumer 0", "0", id, "FORCE", "JUSTID");
            }
        }

        foreach (string id in gone)
        {
            yield return Command("XDEL", name, id);
        }
    }
}
