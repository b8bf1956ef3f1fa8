using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>The logs that the paths on the command line select, and their order.</summary>
public class PathTests
{
    private static readonly byte[] Log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));

    private static async Task<string[]> FilesOf(params string[] paths)
    {
        ToolRun run = await ToolRun.Of(Log, ["dump", "--format", "jsonl", .. paths]);
        return [.. run.OfKind("file").Select(file => file.GetProperty("file").GetString()!)];
    }

    [Fact]
    public async Task A_folder_selects_its_logs_and_its_archive_in_the_order_of_their_numbers()
    {
        using var folder = new TempFolder();
        string[] names =
        [
            "1000000.log", "000012.log", "archive/000009.log", "archive/000013.log", "LOG", "notes.log", "000001.sst", "x/000002.log",
        ];
        Array.ForEach(names, name => folder.Write(name, Log));
        Assert.Equal(["archive/000009.log", "000012.log", "archive/000013.log", "1000000.log"], await FilesOf(folder.Path));
        Assert.Equal(["000009.log", "000013.log"], await FilesOf(Path.Combine(folder.Path, "archive")));
    }

    [Fact]
    public async Task A_folder_without_logs_selects_its_db_folder()
    {
        using var folder = new TempFolder();
        folder.Write("db/archive/000002.log", Log);
        folder.Write("db/000003.log", Log);
        Assert.Equal(["archive/000002.log", "000003.log"], await FilesOf(folder.Path));
        folder.Write("archive/000001.log", Log);
        Assert.Equal(["archive/000001.log"], await FilesOf(folder.Path));
    }

    [Fact]
    public async Task Files_are_sorted_within_their_folder_folders_are_in_the_given_order_and_unnumbered_files_are_last()
    {
        using var folder = new TempFolder();
        string P(string name) => Path.Combine(folder.Path, name);
        string[] names = ["a/000005.log", "a/archive/000003.log", "b/000001.log", "copy"];
        Array.ForEach(names, name => folder.Write(name, Log));
        Assert.Equal(
            [P("a/archive/000003.log"), P("a/000005.log"), P("b/000001.log"), P("copy"), "-"],
            await FilesOf(P("copy"), P("a/000005.log"), P("b/000001.log"), "-", P("a/archive/000003.log")));
    }

    [Fact]
    public async Task A_log_named_twice_is_read_once()
    {
        using var folder = new TempFolder();
        string file = folder.Write("000001.log", Log);
        Assert.Equal(["000001.log"], await FilesOf(folder.Path, file, file));
    }

    [Theory]
    [InlineData("dump")]
    [InlineData("verify")]
    [InlineData("gaps")]
    [InlineData("transactions")]
    public async Task A_log_in_two_places_is_read_once_and_reported_once(string command)
    {
        using var folder = new TempFolder();
        folder.Write("000001.log", Log);
        folder.Write("archive/000001.log", [.. Log, .. WalBytes.Record(WalBytes.Batch(2, 1, WalBytes.Put("k", "v")))]);
        ToolRun run = await ToolRun.Of(command, folder.Path);
        Assert.Equal(0, run.ExitCode);
        string report = $": has {Log.Length} bytes here and {Log.Length * 2} bytes in the archive; archive/000001.log is read";
        Assert.Single(run.OutputLines.Concat(run.ErrorLines), line => line.EndsWith("000001.log" + report, StringComparison.Ordinal));
        Assert.Equal(["archive/000001.log"], await FilesOf(folder.Path));
    }

    [Fact]
    public async Task A_log_number_applies_to_logs_without_a_number_in_their_names_or_to_the_only_log()
    {
        using var folder = new TempFolder();
        string named = folder.Write("000001.log", Log);
        string unnamed = folder.Write("copy", Log);
        async Task<string[]> Numbers(params string[] paths) =>
            [.. (await ToolRun.Of(["dump", "--format", "jsonl", "--log-number", "8", .. paths])).OfKind("file")
                .Select(file => file.GetProperty("logNumber").GetRawText())];
        Assert.Equal(["8"], await Numbers(unnamed));
        Assert.Equal(["8"], await Numbers(named));
        Assert.Equal(["1", "8"], await Numbers(named, unnamed));
    }

    [Fact]
    public async Task A_folder_without_any_log_is_an_error_that_shows_the_expected_names()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("dump", folder.Path);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith(
            $"walparser: {folder.Path}: no WAL found; looked for NUMBER.log (or .log.zst and the like) in {folder.Path}, ",
            line);
    }

    [Theory]
    [InlineData("dump")]
    [InlineData("verify")]
    [InlineData("info")]
    public async Task An_unreadable_path_is_reported_and_the_others_are_read(string command)
    {
        using var folder = new TempFolder();
        byte[] damaged = [.. Log];
        damaged[^1] ^= 1;
        string file = folder.Write("000001.log", damaged);
        ToolRun run = await ToolRun.Of(command, Path.Combine(folder.Path, "nothing"), file);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(
            "nothing: no such file or folder",
            Assert.Single(run.ErrorLines, line => !line.StartsWith("walparser: next: ", StringComparison.Ordinal)));
        Assert.Contains("000001.log", run.Output);
    }

    [Fact]
    public async Task Failures_are_also_in_the_JSON_document()
    {
        ToolRun run = await ToolRun.Of(Log, "verify", "--format", "json", "-", "nothing");
        JsonElement error = run.Json.GetProperty("errors").EnumerateArray().Single();
        Assert.Equal("nothing", error.GetProperty("path").GetString());
        Assert.False(run.Json.GetProperty("summary").GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task Input_that_fails_during_reading_is_an_error_after_the_records_before_it()
    {
        ToolRun run = await ToolRun.On(
            (_, stdout, stderr) => new WalParser.Tool.Output.ToolConsole(new FailingStream(Log), stdout, stderr), [], "dump", "-");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches("standard input: reading failed after offset [0-9]+: the wire was cut$", Assert.Single(run.ErrorLines));
        Assert.DoesNotContain("read, ", run.Output);
    }

    private sealed class FailingStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("the wire was cut");
    }
}
