using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.CommandLine;

/// <summary>The outputs of commands in the README equal those of the tool.</summary>
public class ReadmeOutputTests
{
    [Theory]
    [InlineData("keys")]
    [InlineData("history")]
    [InlineData("diff")]
    [InlineData("replay")]
    [InlineData("salvage")]
    public async Task The_README_shows_the_output_of_the_tool(string command)
    {
        string root = Path.GetDirectoryName(TestFiles.Committed("").TrimEnd('/', '\\'))!;
        string readme = (await File.ReadAllTextAsync(Path.Combine(root, "README.md"))).ReplaceLineEndings("\n");
        string shown = readme.Split($"$ walparser {command} ")[1].Split("\n```")[0];
        string[] args = shown.Split('\n')[0].Split(' ');
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(
            [command, .. args.Select((arg, i) =>
                arg.StartsWith("testdata/", StringComparison.Ordinal) ? Path.Combine(root, arg)
                : i > 0 && args[i - 1] == "--output" ? Path.Combine(folder.Path, arg)
                : arg)]);
        Assert.Equal(
            shown[(shown.IndexOf('\n', StringComparison.Ordinal) + 1)..] + "\n",
            run.Output.Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }
}
