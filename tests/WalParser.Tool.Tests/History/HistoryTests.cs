using System.Globalization;
using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.History;

public class HistoryTests
{
    private const int KeysOfAType = 3;

    /// <summary>Scenarios with the recorded state of the server, in addition to the logs.</summary>
    public static IEnumerable<object[]> Scenarios =>
        TestFiles.Named("state.json")
            .Select(state => Path.GetDirectoryName(state)!)
            .Where(folder => Directory.Exists(Path.Combine(TestFiles.PathOf(folder), "db")))
            .Select(folder => (object[])[folder]);

    /// <summary>Those of the scenarios whose logs have everything, with keys whose changes <see cref="Fold"/> can add up.</summary>
    public static IEnumerable<object[]> FoldableScenarios => Scenarios.Where(HasWholeLogs).Where(scenario =>
    {
        using JsonDocument state = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(TestFiles.PathOf((string)scenario[0]), "state.json")));
        return state.RootElement.EnumerateArray()
            .Any(key => key.GetProperty("key").ValueKind == JsonValueKind.String && IsFoldable(key));
    });

    /// <summary>
    /// The changes to a key add up to the final state that the server reported, and each has the place of an operation on the key that
    /// RocksDB read.
    /// </summary>
    [Theory]
    [MemberData(nameof(FoldableScenarios))]
    public async Task Changes_add_up_to_the_state_of_the_server(string scenario)
    {
        string folder = TestFiles.PathOf(scenario);
        using JsonDocument state = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "state.json")));
        HashSet<string> places = PlacesOf(folder, out Dictionary<string, string> hexOfKeys);
        IEnumerable<JsonElement> keys = state.RootElement.EnumerateArray()
            .Where(key => key.GetProperty("key").ValueKind == JsonValueKind.String && IsFoldable(key))
            .GroupBy(key => key.GetProperty("type").GetString())
            .SelectMany(type => type.Take(KeysOfAType));
        int count = 0;
        foreach (JsonElement key in keys)
        {
            string name = key.GetProperty("key").GetString()!;
            ToolRun run = await ToolRun.Of("history", "--format", "jsonl", HexOf(name), Path.Combine(folder, "db"));
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(Expected(key), Fold(run.JsonLines));
            Assert.All(run.JsonLines, change => Assert.Contains(
                $"{change.GetProperty("file").GetString()} {change.GetProperty("offset")} {change.GetProperty("sequence")} "
                    + $"{hexOfKeys[name]}", places));
            count++;
        }

        Assert.True(count > 0);
    }

    /// <summary>
    /// The id that a server generates for a stream's entry is the time, in milliseconds, at which the command ran. (It may be read a moment
    /// before the version of a stream that is created with it, hence the one millisecond.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_times_match_the_ids_that_a_server_generated_from_its_clock(string scenario)
    {
        string folder = TestFiles.PathOf(scenario);
        using JsonDocument state = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "state.json")));
        IEnumerable<JsonElement> streams = state.RootElement.EnumerateArray()
            .Where(key => key.GetProperty("type").GetString() == "stream");
        foreach (JsonElement key in streams.Take(5))
        {
            string name = key.GetProperty("key").GetString()!;
            ToolRun run = await ToolRun.Of("history", "--format", "jsonl", HexOf(name), Path.Combine(folder, "db"));
            foreach (JsonElement change in run.JsonLines)
            {
                long? from = change.TryGetProperty("notBeforeMs", out JsonElement notBefore) ? notBefore.GetInt64() : null;
                long? to = change.TryGetProperty("notAfterMs", out JsonElement notAfter) ? notAfter.GetInt64() : null;
                Assert.False(from > to);
                foreach (JsonElement element in ElementsOf(change).Where(
                    element => element.TryGetProperty("id", out _) && !element.TryGetProperty("before", out _)))
                {
                    long id = long.Parse(element.GetProperty("id").GetString()!.Split('-')[0], CultureInfo.InvariantCulture);
                    if (id > 1_500_000_000_000)
                    {
                        Assert.False(from > id + 1, $"{name}: {change}");
                        Assert.False(to < id, $"{name}: {change}");
                    }
                }
            }
        }
    }

    /// <summary>The time range of a change from a part of the logs contains the time range from all logs.</summary>
    [Fact]
    public async Task Logs_that_begin_later_show_fewer_details_of_the_same_changes()
    {
        string folder = TestFiles.Committed("kvrocks/rotated");
        PlacesOf(folder, out Dictionary<string, string> keys);
        int compared = 0;
        foreach (string key in keys.Keys.Order(StringComparer.Ordinal).Where((_, i) => i % 5 == 0))
        {
            ToolRun whole = await ToolRun.Of("history", "--format", "jsonl", HexOf(key), Path.Combine(folder, "db"));
            ToolRun part = await ToolRun.Of("history", "--format", "jsonl", HexOf(key), Path.Combine(folder, "db/archive/000043.log"));
            var all = whole.JsonLines.ToDictionary(change => change.GetProperty("sequence").GetUInt64());
            foreach (JsonElement change in part.JsonLines)
            {
                // Writing the same value again is a change only if the earlier value is unknown.
                if (!all.TryGetValue(change.GetProperty("sequence").GetUInt64(), out JsonElement same))
                {
                    Assert.Equal("firstSeen", change.GetProperty("events")[0].GetString());
                    continue;
                }

                Assert.True(!(Time(change, "notBefore") > Time(same, "notBefore")), $"{key}: {change}");
                Assert.True(!(Time(change, "notAfter") < Time(same, "notAfter")), $"{key}: {change}");
                compared += change.TryGetProperty("notAfter", out _) ? 1 : 0;
            }
        }

        Assert.True(compared > 0);

        static DateTimeOffset? Time(JsonElement change, string name) =>
            change.TryGetProperty(name, out JsonElement time) ? time.GetDateTimeOffset() : null;
    }

    /// <summary>The expected events follow from the commands in workload.jsonl.</summary>
    [Theory]
    [InlineData("str:m3", "created|expirySet|expiryRemoved|deleted")] // MSET, GETEX EXAT, PERSIST, DEL
    [InlineData("hash:redo", "created|deleted|created")] // HSET, DEL, HSET
    [InlineData("rename:h", "created|deleted")] // HSET, RENAME
    [InlineData("rename:h2", "created")] // RENAME
    public async Task Events_follow_from_the_commands(string key, string events)
    {
        ToolRun run = await ToolRun.Of("history", "--format", "jsonl", key, TestFiles.Committed("kvrocks/types"));
        Assert.Equal(
            events,
            string.Join(
                '|',
                run.JsonLines.Select(change =>
                    string.Join(',', change.GetProperty("events").EnumerateArray().Select(name => name.GetString())))));
    }

    [Fact]
    public async Task A_flush_deletes_a_range_only_in_its_namespace()
    {
        string folder = TestFiles.Committed("kvrocks/namespaces");
        PlacesOf(folder, out Dictionary<string, string> keys, ns: "tenant-b");

        // The key that was written first.
        string key = keys.Keys.First();
        ToolRun flushed = await ToolRun.Of("history", "--format", "jsonl", "--namespace", "tenant-b", HexOf(key), folder);
        Assert.Contains(flushed.JsonLines, change => change.GetProperty("events")[0].GetString() == "deletedByRange");
        ToolRun elsewhere = await ToolRun.Of("history", "--format", "jsonl", HexOf(key), folder);
        Assert.DoesNotContain(elsewhere.JsonLines, change => change.GetProperty("events")[0].GetString() == "deletedByRange");
    }

    [Fact]
    public async Task Text_shows_before_and_after()
    {
        ToolRun run = await ToolRun.Of("history", "list:a", TestFiles.Committed("kvrocks/types"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("  changed by LSET: list of size 10, version of 2026-11-22T05:21:54.966476Z", run.OutputLines);
        Assert.Contains("  ~ index=9223372036854775811 value=\"item 4\" -> value=\"set three\"", run.OutputLines);
        Assert.Equal("9 changes", run.OutputLines[^1]);
    }

    [Fact]
    public async Task A_missing_key_has_no_history()
    {
        ToolRun run = await ToolRun.Of("history", "nobody", TestFiles.Committed("kvrocks/types"));
        Assert.Equal((0, "0 changes\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_loss_is_reported_at_its_place()
    {
        using var folder = new TempFolder();
        foreach (string name in (string[])["000010.log", "000043.log"])
        {
            folder.Copy("kvrocks/rotated/db/archive/" + name, name);
        }

        // A key that is in both logs.
        PlacesOf(TestFiles.Committed("kvrocks/rotated"), out Dictionary<string, string> keys);
        ToolRun run = await ToolRun.Of("history", "--format", "jsonl", HexOf(keys.Keys.First()), folder.Path);
        Assert.Equal(1, run.ExitCode);
        JsonElement found = Assert.Single(run.OfKind("finding"));
        Assert.Equal("000043.log", found.GetProperty("file").GetString());
        Assert.StartsWith("gap: ", found.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("gap: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("history", "key")]
    [InlineData("history", "hex:0", "x.log")]
    [InlineData("history", "key", "no-such-folder")]
    public async Task Wrong_usage_is_reported(params string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    private static bool HasWholeLogs(object[] scenario)
    {
        string state = Path.Combine((string)scenario[0], "state.json");
        return RecordedState.Cases.Any(whole => (string)whole[0] == state);
    }

    private static string HexOf(string key) => "hex:" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key));

    /// <summary>
    /// Returns the places where RocksDB read operations that may be on a key, and the text keys that were written, with their bytes as hex.
    /// </summary>
    private static HashSet<string> PlacesOf(string folder, out Dictionary<string, string> keys, string ns = "__namespace")
    {
        HashSet<string> places = [];
        keys = [];
        List<(string Place, string Key)> subkeys = [];
        List<string> ranges = [];
        string prefix = Convert.ToHexStringLower([(byte)ns.Length, .. Encoding.UTF8.GetBytes(ns)]);
        bool isSlotted = folder.EndsWith("cluster", StringComparison.Ordinal);
        string file = "";
        string place = "";
        foreach (string line in File.ReadLines(Path.Combine(folder, "operations.jsonl")))
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.TryGetProperty("file", out JsonElement name))
            {
                file = name.GetString()!;
            }
            else if (json.TryGetProperty("record", out JsonElement record))
            {
                place = $"{file} {record.GetProperty("offset")} {record.GetProperty("sequence")}";
            }
            else if (json.TryGetProperty("key", out JsonElement bytes) && bytes.GetString()!.StartsWith(prefix, StringComparison.Ordinal))
            {
                int start = prefix.Length + (isSlotted ? 4 : 0);
                int family = json.GetProperty("cf").GetInt32();
                if (family == 1 && json.GetProperty("op").GetString() == "DeleteRange")
                {
                    ranges.Add(place);
                    continue;
                }

                string rest = bytes.GetString()![start..];
                switch (family)
                {
                    case 1:
                        places.Add($"{place} {rest}");
                        keys.TryAdd(Encoding.UTF8.GetString(Convert.FromHexString(rest)), rest);
                        break;
                    case 0 or 5:
                        places.Add($"{place} {rest.Substring(8, 2 * Convert.ToInt32(rest[..8], 16))}");
                        break;
                }
            }
            else if (json.TryGetProperty("op", out JsonElement other) && other.GetString() == "DeleteRange")
            {
                // The range of FLUSHALL begins before all namespaces.
                ranges.Add(place);
            }
        }

        string[] all = [.. keys.Values];
        places.UnionWith(ranges.SelectMany(_ => all, (range, key) => $"{range} {key}"));
        return places;
    }

    private static bool IsFoldable(JsonElement key) =>
        key.GetProperty("type").GetString() is "string" or "hash" or "set" or "zset" or "list"
        && !key.GetProperty("value").GetRawText().Contains("\"sha256\"", StringComparison.Ordinal);

    private static string[] Expected(JsonElement key)
    {
        JsonElement value = key.GetProperty("value");
        return key.GetProperty("type").GetString() switch
        {
            "string" => [Bytes(value)],
            "hash" => [.. value.EnumerateArray().Select(pair => $"{Bytes(pair[0])} {Bytes(pair[1])}").Order(StringComparer.Ordinal)],
            "zset" =>
            [
                .. value.EnumerateArray().Select(pair => $"{Bytes(pair[0])} {Score(pair[1].GetString()!)}").Order(StringComparer.Ordinal),
            ],
            "set" => [.. value.EnumerateArray().Select(member => Bytes(member) + " ").Order(StringComparer.Ordinal)],
            _ => [.. value.EnumerateArray().Select(Bytes)],
        };
    }

    /// <summary>Adds up changes. The elements of a version outlive their key, because RENAME and COPY can bring the version back.</summary>
    private static string[] Fold(JsonElement[] changes)
    {
        string value = "";
        Dictionary<ulong, (SortedDictionary<ulong, string> List, SortedDictionary<string, string> Elements)> versions = [];
        SortedDictionary<ulong, string> list = [];
        SortedDictionary<string, string> elements = [];
        string type = "";
        JsonElement after = default;
        foreach (JsonElement change in changes)
        {
            string[] events = [.. change.GetProperty("events").EnumerateArray().Select(name => name.GetString()!)];
            ulong version = change.TryGetProperty("version", out JsonElement number) ? number.GetUInt64() : 0;
            int returned = change.TryGetProperty("returned_elements", out JsonElement lay) ? lay.GetInt32() : 0;
            bool isNew = returned == 0 && events.Any(name => name is "created" or "createdAnew");
            if (isNew || !versions.TryGetValue(version, out (SortedDictionary<ulong, string>, SortedDictionary<string, string>) known))
            {
                versions[version] = known = ([], new(StringComparer.Ordinal));
            }

            (list, elements) = known;
            int returning = list.Count + elements.Count;
            type = change.GetProperty("type").GetString()!;
            value = change.TryGetProperty("metadataAfter", out after) && after.TryGetProperty("value", out JsonElement text)
                ? Bytes(text)
                : "";
            foreach (JsonElement element in ElementsOf(change))
            {
                bool isThere = element.TryGetProperty("after", out JsonElement now);
                if (element.TryGetProperty("index", out JsonElement index))
                {
                    returning -= list.Remove(index.GetUInt64()) ? 1 : 0;
                    if (isThere)
                    {
                        list.Add(index.GetUInt64(), Bytes(now.GetProperty("value")));
                    }
                }
                else
                {
                    string name = Bytes(element.GetProperty(type == "hash" ? "field" : "member"));
                    returning -= elements.Remove(name) ? 1 : 0;
                    if (isThere)
                    {
                        elements.Add(name, type switch
                        {
                            "hash" => Bytes(now.GetProperty("value")),
                            "zset" => Score(now.GetProperty("score").GetString()!),
                            _ => "",
                        });
                    }
                }
            }

            Assert.True(returned == 0 || returned == returning, $"{change}");
        }

        return type switch
        {
            "string" => [value],
            // Elements outside of the ends are no part of the list: what RENAME brings back can have had them before.
            "list" =>
            [
                .. list.Where(item =>
                        item.Key >= after.GetProperty("head").GetUInt64() && item.Key < after.GetProperty("tail").GetUInt64())
                    .Select(item => item.Value),
            ],

            // A server returns as many members as the metadata counts, in the order of their scores.
            "zset" =>
            [
                .. elements
                    .OrderBy(element => ScoreOf(element.Value))
                    .ThenBy(element => element.Key, StringComparer.Ordinal)
                    .Take(after.GetProperty("size").GetInt32())
                    .Select(element => $"{element.Key} {element.Value}")
                    .Order(StringComparer.Ordinal),
            ],
            _ => [.. elements.Select(element => $"{element.Key} {element.Value}").Order(StringComparer.Ordinal)],
        };
    }

    private static JsonElement[] ElementsOf(JsonElement change) =>
        change.TryGetProperty("elements", out JsonElement elements) ? [.. elements.EnumerateArray()] : [];

    private static string Bytes(JsonElement value) => Convert.ToHexStringLower(
        value.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(value.GetString()!)
            : value.GetProperty("base64").GetBytesFromBase64());

    private static double ScoreOf(string score) => score switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(score, CultureInfo.InvariantCulture),
    };

    private static string Score(string text) =>
        text is "inf" or "-inf" ? text : double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
}
