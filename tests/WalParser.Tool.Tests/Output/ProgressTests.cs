using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Output;

public class ProgressTests
{
    private static readonly byte[] Log =
        [.. Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 32 * 100).SelectMany(bytes => bytes)];

    private static Task<ToolRun> Run(Func<Stream, Stream, TextWriter, ToolConsole> console, params string[] args) =>
        ToolRun.On(console, Log, args);

    [Fact]
    public async Task A_line_is_drawn_truncated_to_the_terminal_and_cleared()
    {
        ToolRun run = await Run(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr)
            {
                ErrorIsTerminal = true,
                Width = 20,
                Clock = new HurryingClock(),
            },
            "verify", "-");
        string[] drawn = run.Error.Split("\r\e[K", StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(drawn);
        Assert.All(drawn, line => Assert.InRange(line.Length, 1, 19));
        Assert.All(drawn, line => Assert.Contains("MB, ", line));
        Assert.EndsWith("\r\e[K", run.Error);
    }

    [Fact]
    public async Task The_percentage_is_shown_if_the_size_is_known()
    {
        using var folder = new TempFolder();
        ToolRun run = await Run(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr) { ErrorIsTerminal = true, Clock = new HurryingClock() },
            "dump", folder.Write("000001.log", Log));
        Assert.Matches(@"\d+% of 3 MB, \d+ MB/s, 000001\.log", run.Error);
    }

    [Fact]
    public async Task Salvage_also_shows_progress()
    {
        using var folder = new TempFolder();
        ToolRun run = await Run(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr) { ErrorIsTerminal = true, Clock = new HurryingClock() },
            "salvage", folder.Write("db/000001.log", Log), "--output", Path.Combine(folder.Path, "out"));
        Assert.Matches(@"\d+% of 3 MB, \d+ MB/s, 000001\.log", run.Error);
        Assert.EndsWith("\r\e[K", run.Error);
    }

    [Theory]
    [InlineData("verify", false, false)]
    [InlineData("dump", false, false)]
    [InlineData("dump", true, true)]
    public async Task Nothing_is_drawn_if_there_is_no_terminal_or_the_output_is_on_the_same_terminal(
        string command, bool error, bool output)
    {
        ToolRun run = await Run(
            (stdin, stdout, stderr) =>
                new ToolConsole(stdin, stdout, stderr) { ErrorIsTerminal = error, OutputIsTerminal = output, Clock = new HurryingClock() },
            command, "-");
        Assert.All(run.ErrorLines, line => Assert.StartsWith("walparser: next: ", line));
    }

    [Fact]
    public async Task Nothing_is_drawn_in_the_first_second()
    {
        ToolRun run = await Run(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr) { ErrorIsTerminal = true, Clock = new StandingClock() },
            "verify", "-");
        Assert.Equal("", run.Error);
    }

    /// <summary>A clock that advances by a second each time it is read.</summary>
    internal sealed class HurryingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
