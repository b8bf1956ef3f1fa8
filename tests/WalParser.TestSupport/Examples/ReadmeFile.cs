using WalParser.TestSupport.Files;

namespace WalParser.TestSupport.Examples;

/// <summary>The text of a README of the repository, whose examples tests compare with compiled code and with output.</summary>
/// <param name="path">The path from the folder of the repository.</param>
public sealed class ReadmeFile(string path = "README.md")
{
    /// <summary>The text, with line feeds.</summary>
    public string Text { get; } = File.ReadAllText(Path.Combine(TestFiles.Repository, path)).ReplaceLineEndings("\n");

    /// <summary>Returns the code blocks of a language, such as <c>csharp</c>, in their order and without their fences.</summary>
    public string[] CodeBlocks(string language) => [.. Text.Split($"```{language}\n").Skip(1).Select(rest => rest.Split("\n```")[0])];

    /// <summary>
    /// Returns the words after the tool's name in the example of a command, of which the beginning may be given with it, and the output
    /// that the example shows.
    /// </summary>
    public (string[] Arguments, string Output) CommandExample(string command)
    {
        string[] parts = Text.Split($"$ walparser {command} ")[1].Split("\n```")[0].Split('\n', 2);
        return ([.. command.Split(' '), .. parts[0].Split(' ')], parts[1] + "\n");
    }
}
