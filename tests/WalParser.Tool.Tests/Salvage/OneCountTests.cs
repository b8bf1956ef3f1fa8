using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

/// <summary>The report of <c>salvage</c> counts each thing once, or says why two counts differ.</summary>
public class OneCountTests
{
    /// <summary>
    /// What a fragment of a type that is to be ignored contains is not known; the number that is missing there is a hole.
    /// </summary>
    [Theory]
    [InlineData("recovery/14-type-132/db")]
    [InlineData("recovery/14-type-138/db")]
    public async Task A_gap_at_unknown_content_is_a_hole(string name)
    {
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", TestFiles.Committed(name));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("\nhole: sequence number 2 is missing\n", run.Output);
        Assert.EndsWith(" 2 records can be salvaged: 1 hole in the sequence numbers\n", run.Output);
    }

    /// <summary>No byte is lost, and something that is in no log is missing.</summary>
    [Fact]
    public async Task Nothing_lost_is_not_said_beside_a_loss()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("kvrocks/rotated"));
        database.Delete("db/000101.log");
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", database.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("nothing lost", run.Output);
    }

    /// <summary>Other commands do not search behind damage in a block; salvage finds 40 of the 48 numbers that they lack.</summary>
    [Fact]
    public async Task A_hole_names_the_gap_that_it_is_what_remains_of()
    {
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", TestFiles.Committed("reports/zero-page"));
        Assert.Contains("\nhole: sequence numbers 17 to 24 are missing (8; 48 are missing without the search)\n", run.Output);
        string[] lines = run.OutputLines;
        int without = Array.FindIndex(
            lines, line => line.StartsWith("Findings of a reading that does not search", StringComparison.Ordinal));
        int after = Array.IndexOf(lines, "What is lost after the search:");
        Assert.InRange(Array.FindIndex(lines, line => line.EndsWith(": 48 missing", StringComparison.Ordinal)), without + 1, after - 1);
        Assert.InRange(
            Array.IndexOf(lines, "lost: 000010.log, offset 8192: zeros in the place of a fragment (4096 bytes with headers)"),
            after + 1,
            lines.Length);
    }

    [Fact]
    public async Task A_log_of_another_number_is_told_once()
    {
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", TestFiles.Committed("reports/renamed"));
        Assert.Single(run.OutputLines, line => line.Contains("all records belong to log 23", StringComparison.Ordinal));
        Assert.Contains("\nnot written: 000003.log\n", run.Output);
    }

    /// <summary>The keys next to a hole have the names that Kvrocks's users know, with and without slots.</summary>
    [Theory]
    [InlineData("kvrocks/types/db/000010.log")]
    [InlineData("kvrocks/cluster")]
    public async Task Keys_next_to_a_hole_have_their_names(string name)
    {
        using var folder = new TempFolder();
        string source = TestFiles.Committed(name);
        source = Directory.Exists(source) ? Directory.EnumerateFiles(source, "*.log", SearchOption.AllDirectories).First() : source;
        byte[] log = await File.ReadAllBytesAsync(source);
        log[30_000] ^= 1;
        string path = folder.Write("000010.log", log);
        ToolRun json = await ToolRun.Of("salvage", "--dry-run", "--format", "json", path);
        JsonElement after = json.Json.GetProperty("holes")[0].GetProperty("after");

        // The decoder of dump names the same key.
        ToolRun dump = await ToolRun.Of("dump", "--kvrocks", "--format", "jsonl", source);
        JsonElement operation = dump.JsonLines
            .SkipWhile(line => !IsRecordAt(line, after.GetProperty("offset").GetInt64()))
            .First(line => line.TryGetProperty("columnFamily", out _));
        JsonElement item = operation.GetProperty("kvrocks");
        Assert.Equal(item.GetProperty("namespace").GetString(), after.GetProperty("namespace").GetString());
        Assert.Equal(item.GetProperty("key").GetString(), after.GetProperty("userKey").GetString());
        ToolRun text = await ToolRun.Of("salvage", "--dry-run", path);
        Assert.Contains($", ns=__namespace key={after.GetProperty("userKey").GetString()}", text.Output);
    }

    /// <summary>A key of another database is not taken for one of Kvrocks.</summary>
    [Fact]
    public async Task Other_keys_have_no_names()
    {
        ToolRun run = await ToolRun.Of("salvage", "--dry-run", TestFiles.Committed("reports/zero-page"));
        Assert.DoesNotContain("ns=", run.Output);
    }

    private static bool IsRecordAt(JsonElement line, long offset) =>
        line.GetProperty("kind").GetString() == "record" && line.GetProperty("offset").GetInt64() == offset;
}
