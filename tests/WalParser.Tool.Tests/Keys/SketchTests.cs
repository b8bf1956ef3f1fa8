using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Keys;

/// <summary>Time series, t-digests and filters in the output of keys.</summary>
public class SketchTests
{
    [Fact]
    public async Task Json_lines_have_the_samples_labels_and_rules_of_the_server()
    {
        string folder = TestFiles.Committed("kvrocks/timeseries");
        ToolRun run = await ToolRun.Of("keys", "--format", "jsonl", folder);
        var lines = run.JsonLines.ToDictionary(line => line.GetProperty("key").GetString()!);
        JsonElement[] states =
            [.. JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "state-full.json"))).RootElement.EnumerateArray()];
        Assert.Equal(states.Length, lines.Count);
        foreach (JsonElement state in states)
        {
            JsonElement line = lines[state.GetProperty("key").GetString()!];
            Assert.Equal(Samples(state.GetProperty("ts")), Samples(line.GetProperty("value")));
            var info = state.GetProperty("ts_info").EnumerateArray().Chunk(2).ToDictionary(pair => pair[0].GetString()!, pair => pair[1]);
            Assert.Equal(Compact(info["labels"]), Compact(line.GetProperty("labels")));
            Assert.Equal(Compact(info["rules"]), Compact(line.GetProperty("rules")));
            Assert.Equal(info["retentionTime"].GetUInt64(), line.GetProperty("retention_ms").GetUInt64());
            Assert.Equal(info["chunkSize"].GetUInt64(), line.GetProperty("chunk_size").GetUInt64());
            Assert.Equal(info["duplicatePolicy"].GetString(), line.GetProperty("duplicate_policy").GetString());
        }

        static IEnumerable<(ulong, double)> Samples(JsonElement samples) =>
            samples.EnumerateArray().Select(sample => (sample[0].GetUInt64(), sample[1].GetDouble()));

        static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
    }

    [Fact]
    public async Task Text_has_a_summary_of_each()
    {
        ToolRun series = await ToolRun.Of("keys", TestFiles.Committed("kvrocks/timeseries"));
        Assert.Contains(
            "  timeseries  ts:a  126 samples, last 100000:1, labels area=\"kitchen room\" sensor=1, avg of 1,000 ms to ts:avg, "
            + "sum of 2,000 ms to ts:sum",
            series.OutputLines);
        ToolRun digests = await ToolRun.Of("keys", TestFiles.Committed("kvrocks/tdigest"));
        Assert.Contains("  TDIS-TYPE   td:empty  0 values, min nan, median nan, max nan", digests.OutputLines);
        const string Digest = "  TDIS-TYPE   td:b  5 values, min -4.5, median 2, max 5";
        Assert.Contains(digests.OutputLines, line => line.StartsWith(Digest, StringComparison.Ordinal));
    }

    /// <summary>A type that is not known, and a cuckoo filter whose fields do not fit, are shown by their common part.</summary>
    [Theory]
    [InlineData(15, "type 15", 0)]
    [InlineData(14, "MBbloomCF", 0)]
    [InlineData(14, "MBbloomCF", 26)]
    [InlineData(14, "MBbloomCF", 27)]
    public async Task Newer_types_have_their_common_part(byte type, string name, int bodySize)
    {
        byte[] body = [.. Enumerable.Repeat((byte)1, bodySize)];
        byte[] metadata = [(byte)(0x80 | type), .. new byte[8], .. BigEndian(7), .. BigEndian(3), .. body];
        byte[] log = WalBytes.Record(WalBytes.Batch(
            1,
            2,
            [0x05, 1, .. WalBytes.Put([2, .. "ns"u8, (byte)'k'], metadata).AsSpan(1)],
            WalBytes.Put([2, .. "ns"u8, 0, 0, 0, 1, (byte)'k', .. BigEndian(7), 9, 9], [1])));
        ToolRun run = await ToolRun.Of(log, "keys", "--format", "jsonl", "-");
        JsonElement line = Assert.Single(run.JsonLines);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(name, line.GetProperty("type").GetString());
        Assert.Equal((7, 3), (line.GetProperty("version").GetInt32(), line.GetProperty("size").GetInt32()));
        Assert.Equal(type == 14 && bodySize == 27, line.TryGetProperty("page_size", out _));
        foreach (string[] arguments in (string[][])[["keys", "-"], ["history", "--namespace", "ns", "k", "-"], ["dump", "--kvrocks", "-"]])
        {
            ToolRun text = await ToolRun.Of(log, arguments);
            Assert.Equal((0, ""), (text.ExitCode, text.Error));
            Assert.Contains(name, text.Output);
            Assert.DoesNotContain("Undecodable", text.Output);
        }

        static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];
    }

    [Fact]
    public async Task A_Bloom_filter_is_asked_for_an_item()
    {
        string folder = TestFiles.Committed("kvrocks/types");
        ToolRun added = await ToolRun.Of("keys", "--bloom-contains", "bloom:a", "one", folder);
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.StartsWith("bloom:a may contain one (namespace __namespace; false-positive rate ", added.Output);
        ToolRun other = await ToolRun.Of("keys", "--format", "jsonl", "--bloom-contains", "bloom:a", "hex:00", folder);
        Assert.Equal(0, other.ExitCode);
        JsonElement answer = Assert.Single(other.JsonLines);
        Assert.False(answer.GetProperty("may_contain").GetBoolean());
        Assert.InRange(answer.GetProperty("false_positive_rate").GetDouble(), 0, 0.01);
    }

    [Theory]
    [InlineData("no such key", "there is no key")]
    [InlineData("str:plain", "is not a Bloom filter but a string")]
    public async Task A_question_to_another_key_has_no_answer(string key, string message)
    {
        ToolRun run = await ToolRun.Of("keys", "--bloom-contains", key, "x", TestFiles.Committed("kvrocks/types"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error);
    }

    [Theory]
    [InlineData("--bloom-contains", "key")]
    [InlineData("--bloom-contains", "key", "hex:0", ".")]
    [InlineData("--bloom-contains", "key", "x", "--format", "rdb", ".")]
    [InlineData("--bloom-contains", "key", "x", "--bloom-contains", "key", "y", ".")]
    public async Task A_question_that_is_not_whole_is_refused(params string[] arguments) =>
        Assert.Equal(2, (await ToolRun.Of(["keys", .. arguments])).ExitCode);
}
