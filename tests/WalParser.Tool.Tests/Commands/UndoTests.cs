using System.Text.Json;
using WalParser.TestSupport.Examples;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Commands;

/// <summary><c>commands --undo</c>. What the commands do to a server is tested with the library.</summary>
public class UndoTests
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Rotated = TestFiles.Committed("kvrocks/rotated/db/archive");

    [Fact]
    public async Task The_key_that_changed_last_comes_first_and_each_key_once()
    {
        ToolRun run = await ToolRun.Of("commands", "--undo", "--from-sequence", "449", "--to-sequence", "475", "-f", "jsonl", Types);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] commands = [.. run.JsonLines.Select(TextOf)];
        Assert.Equal(["MULTI", "DEL stream:a"], commands[..2]);
        Assert.Equal(["EXEC", "DEL stream:trim"], commands[^2..]);
        ulong[] sequences = [.. run.JsonLines.Select(line => line.GetProperty("sequence").GetUInt64())];
        Assert.Equal([475UL, 460], sequences.Distinct());

        ToolRun text = await ToolRun.Of("commands", "--undo", "--from-sequence", "449", "--to-sequence", "475", Types);
        Assert.Equal(run.OutputLines.Length, text.OutputLines.Length);
        Assert.Equal("475  DEL stream:a", text.OutputLines[1]);

        static string TextOf(JsonElement line) =>
            string.Join(' ', line.GetProperty("args").EnumerateArray().Take(2).Select(argument => argument.GetString()));
    }

    [Fact]
    public async Task The_README_shows_the_output_of_the_tool()
    {
        (string[] args, string shown) = new ReadmeFile().CommandExample("commands --undo");
        ToolRun run = await ToolRun.Of(
            [
                "commands", "--undo",
                .. args.Skip(1).Select(word => word.StartsWith("testdata/", StringComparison.Ordinal)
                    ? Path.Combine(TestFiles.Repository, word)
                    : word),
            ]);
        Assert.Equal((0, shown), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task All_keys_of_a_database_are_deleted_by_the_undo_of_all_batches()
    {
        ToolRun run = await ToolRun.Of("commands", "--undo", "--from-sequence", "1", "-f", "jsonl", Types);
        Assert.Equal(0, run.ExitCode);
        Assert.All(run.JsonLines, line => Assert.Equal("DEL", line.GetProperty("args")[0].GetString()));
    }

    /// <summary>Bloom filters are changed after this number.</summary>
    [Fact]
    public async Task Keys_that_no_command_creates_are_left_alone()
    {
        ToolRun whole = await ToolRun.Of("history", "bloom:a", "-f", "jsonl", Types);
        ulong[] changes = [.. whole.OfKind("change").Select(line => line.GetProperty("sequence").GetUInt64())];
        ToolRun run = await ToolRun.Of("commands", "--undo", "--from-sequence", $"{changes[1]}", "-f", "jsonl", "--no-json", Types);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("of type MBbloom-- left alone, as no command creates ", run.Error);
        Assert.Contains(LeftAlone(run), key => key == ("bloom:a", "noCommand"));
    }

    [Fact]
    public async Task Keys_whose_earlier_state_is_not_in_the_logs_are_listed_and_the_exit_code_is_1()
    {
        string[] logs = [.. Directory.GetFiles(Rotated, "*.log").Order(StringComparer.Ordinal)];
        ToolRun dump = await ToolRun.Of("dump", "-f", "jsonl", logs[2]);
        ulong from = dump.OfKind("record")[0].GetProperty("sequence").GetUInt64();
        string[] args = ["commands", "--undo", "--from-sequence", $"{from}", logs[1], logs[2]];
        ToolRun run = await ToolRun.Of([.. args, "-f", "jsonl"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("left alone, because these logs ", run.Error);
        (string Key, string Reason)[] left = [.. LeftAlone(run)];
        Assert.NotEmpty(left);
        ToolRun text = await ToolRun.Of(args);
        Assert.Equal(left.Length, text.OutputLines.Count(line => line.Contains("  # ", StringComparison.Ordinal)));
        Assert.Contains(text.OutputLines, line => line.Contains($"  # {left[0].Key} left alone: the logs ", StringComparison.Ordinal));
        Assert.Equal(run.Error, text.Error);
        Assert.Equal(run.OutputLines.Length, text.OutputLines.Length);
    }

    [Theory]
    [InlineData("--undo requires --from-sequence", "--undo")]
    [InlineData("--undo requires --from-sequence", "--undo", "--to-sequence", "4")]
    [InlineData("--from-sequence is greater", "--undo", "--from-sequence", "2", "--to-sequence", "1")]
    public async Task A_range_is_required(string message, params string[] args)
    {
        ToolRun run = await ToolRun.Of(["commands", .. args, Types]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error);
    }

    /// <summary>457 is the first number of a batch of several operations.</summary>
    [Theory]
    [InlineData("458")]
    [InlineData("999999999")]
    public async Task Nothing_is_written_if_the_first_number_is_inside_a_batch_or_missing(string from)
    {
        ToolRun run = await ToolRun.Of("commands", "--undo", "--from-sequence", from, Types);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.NotEqual("", run.Error);
    }

    private static IEnumerable<(string Key, string Reason)> LeftAlone(ToolRun run) =>
        from line in run.JsonLines
        where line.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "leftAlone"
        select (line.GetProperty("key").GetString()!, line.GetProperty("reason").GetString()!);
}
