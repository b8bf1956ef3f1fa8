using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Output;

/// <summary>Tables on terminals of several widths, and in redirected output.</summary>
public class TableTests
{
    private static readonly string[] Command = ["verify", TestFiles.Committed("rocksdb/recycled")];

    [Fact]
    public async Task A_redirected_table_is_plain_text()
    {
        ToolRun run = await ToolRun.Of(Command);
        Assert.Equal("File        Records  Operations   Bytes  Sequence numbers  Findings", run.OutputLines[0]);
        Assert.Equal("000012.log      300       1,033  39,816    1,879 to 2,793         0", run.OutputLines[1]);
        Assert.All(run.OutputLines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.All(run.Output, c => Assert.InRange(c, '\n', '~'));
    }

    [Fact]
    public async Task A_long_name_in_a_redirected_table_does_not_wrap()
    {
        using var folder = new TempFolder();
        string name = new string('n', 150) + ".wal";
        ToolRun run = await ToolRun.Of("verify", folder.Write(name, []));
        Assert.Contains(run.OutputLines, line => line.StartsWith(name + "  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_on_a_wide_terminal_has_a_border()
    {
        ToolRun run = await ToolRun.OnTerminal(120, usesColour: true, Command);
        Assert.Contains("│ 000012.log │     300 │", string.Concat(run.Output.Split("\e[0m").Select(WithoutColour)));
        Assert.Contains('╭', run.Output);
    }

    [Fact]
    public async Task A_table_on_a_narrow_terminal_is_a_list_that_fits()
    {
        ToolRun run = await ToolRun.OnTerminal(60, usesColour: false, Command);
        Assert.DoesNotContain('│', run.Output);
        string[] lines = [.. run.OutputLines.Select(line => line.TrimEnd())];
        Assert.Contains("  Sequence numbers: 1,879 to 2,793", lines);
        Assert.Contains("  Findings:         0", lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 60));
        Assert.Contains("damage found", run.OutputLines[^1]);
    }

    [Fact]
    public async Task Without_colour_there_are_no_escape_sequences()
    {
        Assert.DoesNotContain('\e', (await ToolRun.OnTerminal(120, usesColour: false, Command)).Output);
        Assert.DoesNotContain('\e', (await ToolRun.OnTerminal(120, usesColour: false, "info", Command[1])).Output);
    }

    private static string WithoutColour(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\e\\[[0-9;]*m", "");
}
