using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.History;

/// <summary>The history of keys of the newer types, and range deletions in it.</summary>
public class SketchHistoryTests
{
    [Theory]
    [InlineData("timeseries")]
    [InlineData("tdigest")]
    public async Task Each_element_is_shown_by_its_parts(string scenario)
    {
        string folder = TestFiles.Committed($"kvrocks/{scenario}");
        using JsonDocument state = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "state.json")));
        int elements = 0;
        foreach (JsonElement key in state.RootElement.EnumerateArray())
        {
            ToolRun run = await ToolRun.Of("history", "--format", "jsonl", key.GetProperty("key").GetString()!, folder);
            foreach (JsonElement element in run.JsonLines
                .Where(line => line.TryGetProperty("elements", out _))
                .SelectMany(line => line.GetProperty("elements").EnumerateArray()))
            {
                Assert.False(element.TryGetProperty("subkey", out _), element.ToString());
                foreach (string side in (string[])["before", "after"])
                {
                    bool isLabel = element.TryGetProperty("label", out _);
                    Assert.False(
                        !isLabel && element.TryGetProperty(side, out JsonElement value) && value.TryGetProperty("value", out _),
                        element.ToString());
                }

                elements++;
            }
        }

        Assert.True(elements > 0);
    }

    [Fact]
    public async Task A_command_is_named_by_the_word_in_its_log_data()
    {
        ToolRun run = await ToolRun.Of("history", "ts:b", TestFiles.Committed("kvrocks/timeseries"));
        Assert.Contains(run.OutputLines, line => line.StartsWith("  created by TS.CREATE: timeseries of size 0", StringComparison.Ordinal));
        Assert.Contains("  + chunk=100000 samples=[100000:2.5 100100:-7]", run.OutputLines);
    }

    [Theory]
    [InlineData("stream-trim-by-range", "s", "  by a range: entries of stream s from 100-0 up to, not including, 120-0")]
    [InlineData("stream-trim-by-range", "t", "  by a range: entries of stream t from 1-1 to 2-1")]
    [InlineData("tdigest", "td:r", "  by a range: all elements of td:r")]
    public async Task A_range_deletion_is_shown_in_the_terms_of_the_key(string scenario, string key, string expected)
    {
        string folder = TestFiles.Committed($"kvrocks/{scenario}");
        ToolRun run = await ToolRun.Of("history", key, folder);
        Assert.Contains(expected, run.OutputLines);
        ToolRun json = await ToolRun.Of("history", "--format", "jsonl", key, folder);
        Assert.Contains(json.JsonLines, line => line.TryGetProperty("ranges", out JsonElement ranges)
            && ranges[0].GetProperty("key").GetString() == key);
    }
}
