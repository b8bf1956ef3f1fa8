using WalParser.TestSupport.Files;

namespace WalParser.TestSupport.Examples;

/// <summary>
/// The source of an example that a test compiles and runs. It stands in the file of the test between a comment that is a mark, such as
/// <c>// README write {</c>, and the next comment <c>// }</c>.
/// </summary>
public static class CompiledExample
{
    /// <summary>Returns the source of an example without its indentation.</summary>
    /// <param name="sourcePath">The path of the source file from the folder of the repository.</param>
    /// <param name="mark">The text of the comment before the example, without its slashes.</param>
    public static string Of(string sourcePath, string mark)
    {
        string[] source = File.ReadAllLines(Path.Combine(TestFiles.Repository, sourcePath));
        int start = Array.FindIndex(source, line => line.Trim() == "// " + mark) + 1;
        Assert.NotEqual(0, start);
        int end = Array.FindIndex(source, start, line => line.Trim() == "// }");
        int indentation = source[start].Length - source[start].TrimStart().Length;
        return string.Join('\n', source[start..end].Select(line => line.Length > indentation ? line[indentation..] : "")).TrimEnd();
    }
}
