using WalParser.TestSupport.Logs;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.CommandLine;

public class CommandLineTests
{
    [Theory]
    [InlineData("", "walparser --help")]
    [InlineData("frobnicate", "walparser --help")]
    [InlineData("dump", "PATH")]
    [InlineData("verify", "walparser verify --help")]
    [InlineData("info --format csv x", "--format takes text or json, not 'csv'")]
    [InlineData("dump --format xml x", "--format takes text, jsonl or csv, not 'xml'")]
    [InlineData("dump --format 1 x", "--format takes")]
    [InlineData("dump --mode strict x", "point-in-time")]
    [InlineData("dump --type 0 x", "--type takes Put, ")]
    [InlineData("dump --limit 0 x", "--limit takes a whole number of at least 1, not '0'")]
    [InlineData("dump --limit many x", "--limit")]
    [InlineData("dump x --limit 1 --limit many", "--limit takes a whole number of at least 1, not 'many'")]
    [InlineData("dump x --limit", "--limit")]
    [InlineData("dump --from-sequence -1 x", "--from-sequence")]
    [InlineData("dump --from-sequence 1,0 x", "--from-sequence takes a whole number, not '1,0'")]
    [InlineData("dump --to-sequence 1,2345 x", "--to-sequence takes a whole number, not '1,2345'")]
    [InlineData("dump --limit ,100 x", "--limit takes a whole number of at least 1, not ',100'")]
    [InlineData("dump --column-family default x", "--column-family")]
    [InlineData("dump --key-prefix hex:0 x", "--key-prefix")]
    [InlineData("dump --key-prefix hex:zz x", "--key-prefix")]
    [InlineData("dump --log-number x x", "--log-number")]
    [InlineData("dump --no-such-option x", "--no-such-option")]
    [InlineData("dump --from-sequence 2 --to-sequence 1 x", "exchange them")]
    public async Task Usage_errors_are_one_line_and_exit_code_2(string commandLine, string says)
    {
        ToolRun run = await ToolRun.Of(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("walparser: ", line);
        Assert.Contains(says, line);
    }

    [Theory]
    [InlineData("--help", "dump")]
    [InlineData("dump --help", "--key-prefix")]
    [InlineData("dump -h", "ssh server cat")]
    [InlineData("verify --help", "jq .summary")]
    [InlineData("info --help", "walparser info db/000010.log")]
    public async Task Help_goes_to_standard_output(string commandLine, string says)
    {
        ToolRun run = await ToolRun.Of(commandLine.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(says, run.Output);
        Assert.Contains("walparser", run.Output);
    }

    [Fact]
    public async Task Version_is_shown()
    {
        ToolRun run = await ToolRun.Of("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task A_number_may_have_the_separators_of_the_output()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1234, 1, WalBytes.Put("k", "v")));
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--from-sequence", "1,234", "--to-sequence", "1,234");
        Assert.Contains("1,234  Put", run.Output);
    }

    [Fact]
    public async Task A_path_may_begin_with_an_at_sign()
    {
        ToolRun run = await ToolRun.Of("dump", "@file");
        Assert.Contains("@file: no such file or folder", run.Error);
    }

    [Fact]
    public async Task An_empty_path_is_quoted()
    {
        Assert.StartsWith("walparser: '': no such file or folder", (await ToolRun.Of("verify", "")).Error);
    }

    [Fact]
    public async Task A_bug_is_reported_in_one_line()
    {
        ToolRun run = await ToolRun.On((_, stdout, stderr) => new ToolConsole(new BuggyStream(), stdout, stderr), [], "verify", "-");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(
            "walparser: InvalidOperationException: that must not be (this is a bug, please report)",
            Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_message_stays_one_line()
    {
        Assert.Single((await ToolRun.Of("dump", "no\nsuch\rfile")).ErrorLines);
    }

    private sealed class BuggyStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("that must not be");
    }
}
