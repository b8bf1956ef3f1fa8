namespace WalParser.Fuzz.Engine;

/// <summary>The inputs that lie in the repository: small seeds, a folder a target, and in <c>regressions</c> one for every bug that was found.</summary>
internal static class CorpusFolder
{
    private const string Regressions = "regressions";

    /// <summary>The repository's <c>fuzz/corpus</c>, found from where the program lies.</summary>
    public static string Default { get; } = Path.Combine(FindFuzz(), "corpus");

    /// <summary>Where findings go if no folder is given: beside the corpus, a folder a target. Git ignores it.</summary>
    public static string Findings { get; } = Path.Combine(FindFuzz(), "findings");

    /// <summary>The fuzzer's project.</summary>
    public static string Project { get; } = Path.Combine(FindFuzz(), "WalParser.Fuzz");

    /// <summary>The files of a target, regressions too, in an order that is always the same.</summary>
    public static IReadOnlyList<string> FilesOf(string corpus, string target) =>
    [
        .. new[] { Path.Combine(corpus, target), Path.Combine(corpus, Regressions, target) }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The repository's folder <c>fuzz</c>.</summary>
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
