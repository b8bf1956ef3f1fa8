using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;
using static WalParser.TestSupport.Logs.WalBytes;

namespace WalParser.Tool.Tests.Gaps;

public class GapsTests
{
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    /// <summary>Creates a log of batches with the given sequence numbers and numbers of puts.</summary>
    private static byte[] Log(params (ulong Sequence, uint Count)[] batches) =>
        [
            .. batches.SelectMany(batch =>
                Record(Batch(batch.Sequence, batch.Count, [.. Enumerable.Repeat(Put("k", "v"), (int)batch.Count)]))),
        ];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_logs_of_a_server_have_no_gap(string scenario)
    {
        ToolRun run = await ToolRun.Of("gaps", "--format", "json", TestFiles.PathOf(scenario));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Empty(run.SeriousFindings);

        string[] lines = File.ReadAllLines(Path.Combine(TestFiles.PathOf(scenario), "operations.jsonl"));
        JsonElement[] expected =
        [
            .. lines.Where(line =>
                line.StartsWith("{\"record\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line).RootElement),
        ];
        JsonElement[] files = [.. run.Json.GetProperty("files").EnumerateArray()];
        Assert.Equal(lines.Count(line => line.StartsWith("{\"file\"", StringComparison.Ordinal)), files.Length);
        Assert.Equal(expected.Length, files.Sum(file => file.GetProperty("records").GetInt64()));
        Assert.Equal(
            expected[0].GetProperty("record").GetProperty("sequence").GetUInt64(),
            files.First(file => file.TryGetProperty("firstSequence", out _)).GetProperty("firstSequence").GetUInt64());
    }

    [Fact]
    public async Task Gaps_overlaps_and_duplicates_are_reported()
    {
        using var folder = new TempFolder();
        folder.Write("archive/000003.log", Log((1, 2), (3, 1)));
        folder.Write("000005.log", Log((10, 5), (13, 1), (14, 4)));
        folder.Write("000007.log", Log((16, 4)));
        folder.Write("000009.log", []);
        ToolRun run = await ToolRun.Of("gaps", "--format", "json", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["sequenceGap 000005.log 4 10", "sequenceDuplicate 000005.log 15 13", "sequenceOverlap 000007.log 18 16"],
            run.SeriousFindings.Select(found =>
                $"{found.GetProperty("finding")} {found.GetProperty("file")} "
                + $"{found.GetProperty("expected")} {found.GetProperty("found")}"));
        Assert.Equal(
            ["3 1 3", "5 10 17", "7 16 19", "9  "],
            run.Json.GetProperty("files").EnumerateArray().Select(file =>
                $"{file.GetProperty("logNumber")} {Get(file, "firstSequence")} {Get(file, "lastSequence")}"));

        ToolRun text = await ToolRun.Of("gaps", folder.Path);
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("gap: expected sequence number 4, found 10: 6 missing", text.Output);
        Assert.Contains("duplicate: expected sequence number 15, found 13 again", text.Output);
        Assert.Contains("overlap: expected sequence number 18, found 16 to 17 again, then new ones", text.Output);
        Assert.Equal("4 files: 6 sequence numbers missing, 1 loss, 2 reasons for RocksDB to refuse", text.OutputLines[^1]);
    }

    [Fact]
    public async Task A_missing_predecessor_is_named()
    {
        using var folder = new TempFolder();
        foreach (string name in new[] { "archive/000004.log", "archive/000010.log", "000012.log" })
        {
            folder.Copy("rocksdb/predecessor/" + name, name);
        }

        ToolRun run = await ToolRun.Of("gaps", "--format", "json", folder.Path);
        Assert.Equal(1, run.ExitCode);
        JsonElement finding = run.SeriousFindings.Single(finding => finding.GetProperty("finding").GetString() == "missingWal");
        Assert.Contains("its predecessor is missing: log 8, of ", finding.GetProperty("reason").GetString());
        Assert.Contains(": its predecessor is missing: log 8, of ", (await ToolRun.Of("gaps", folder.Path)).Output);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(200)]
    public async Task The_table_fits_the_terminal(int width)
    {
        using var folder = new TempFolder();
        folder.Write("000005.log", Log((1, 2)));
        folder.Write("000007.log", Log((10, 1)));
        ToolRun run = await ToolRun.OnTerminal(width, usesColour: false, "gaps", folder.Path);
        Assert.Equal(1, run.ExitCode);
        string words = string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("gap: expected sequence number 3, found 10: 7 missing", words);
        Assert.Contains("2 files: 7 sequence numbers missing, 1 loss", words);
        Assert.All(
            run.OutputLines.TakeWhile(line => !line.Contains("gap", StringComparison.Ordinal)),
            line => Assert.True(line.TrimEnd().Length <= width, line));
    }

    [Fact]
    public async Task Unreadable_input_is_a_failure()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("gaps", Path.Combine(folder.Path, "none"));
        Assert.Equal(2, run.ExitCode);
        Assert.NotEqual("", run.Error);
    }

    private static string Get(JsonElement file, string name) => file.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
}
