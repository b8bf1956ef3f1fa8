using WalParser.TestSupport.Examples;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.CommandLine;

/// <summary>The output of a command in the README is the output that the command writes.</summary>
public class ReadmeOutputTests
{
    [Theory]
    [InlineData("verify")]
    [InlineData("dump")]
    [InlineData("keys")]
    [InlineData("keys --bloom-contains")]
    [InlineData("history")]
    [InlineData("diff")]
    [InlineData("replay")]
    [InlineData("salvage")]
    public async Task The_README_shows_the_output_of_the_tool(string command)
    {
        string root = TestFiles.Repository;
        (string[] args, string shown) = new ReadmeFile().CommandExample(command);
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(
            [.. args.Select((arg, i) =>
                arg.StartsWith("testdata/", StringComparison.Ordinal) ? Path.Combine(root, arg)
                : i > 0 && args[i - 1] == "--output" ? Path.Combine(folder.Path, arg)
                : arg)]);
        Assert.Equal(shown, run.Output
            .Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            .Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }
}
