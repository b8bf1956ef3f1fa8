namespace WalParser.Fuzz.Engine;

/// <summary>
/// The inputs in the repository: small seeds, in one folder for each target, and in <c>regressions</c> one input for each bug that was
/// found.
/// </summary>
internal static class CorpusFolder
{
    private const string Regressions = "regressions";

    /// <summary>The repository's folder <c>fuzz/corpus</c>, located from the program's folder.</summary>
    public static string Default { get; } = Path.Combine(FindFuzz(), "corpus");

    /// <summary>The default folder for findings, beside the corpus, with one subfolder for each target. Git ignores it.</summary>
    public static string Findings { get; } = Path.Combine(FindFuzz(), "findings");

    /// <summary>The folder of the fuzzer's project.</summary>
    public static string Project { get; } = Path.Combine(FindFuzz(), "WalParser.Fuzz");

    /// <summary>Returns the files of a target, including its regressions, in ordinal order.</summary>
    public static IReadOnlyList<string> FilesOf(string corpus, string target) =>
    [
        .. new[] { Path.Combine(corpus, target), Path.Combine(corpus, Regressions, target) }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds the repository's folder <c>fuzz</c>.</summary>
    private static string FindFuzz()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WalParser.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "fuzz");
    }
}
