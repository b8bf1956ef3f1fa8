using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Commands;

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
    [InlineData("dump --from-sequence -1 x", "--from-sequence")]
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
    public async Task Version_is_told()
    {
        ToolRun run = await ToolRun.Of("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task A_number_may_have_the_separators_that_the_output_shows()
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
    public async Task A_message_stays_one_line()
    {
        Assert.Single((await ToolRun.Of("dump", "no\nsuch\rfile")).ErrorLines);
    }
}
