namespace WalParser.Tests.Fixtures;

/// <summary>
/// Where test data is. Tests that take whatever scenarios and cases there are look in the folder that WALPARSER_TESTDATA names, if
/// it is set; tests of one thing at one place look in the repository's own testdata, as do the former without it.
/// </summary>
internal static class TestFiles
{
    private static readonly string Repository = FindRepository();

    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder that <see cref="Named"/> has found.</summary>
    public static string PathOf(string relative)
    {
        string path = Path.Combine(Root, relative);
        return Path.Exists(path) ? path : Committed(relative);
    }

    /// <summary>A file or folder of the repository's testdata.</summary>
    public static string Committed(string relative) => Path.Combine(Repository, "testdata", relative);

    /// <summary>
    /// All files of that name below the root, as paths relative to it; if there is none (a folder need not have every kind of
    /// scenario), those of the repository. Those of <c>recovery/</c>, which holds damaged databases, are left to the tests against RocksDB.
    /// </summary>
    public static IReadOnlyList<string> Named(string fileName)
    {
        List<string> found = Find(Root, fileName);
        return found.Count > 0 ? found : Find(Committed(""), fileName);
    }

    private static List<string> Find(string folder, string fileName) =>
        [.. Directory.EnumerateFiles(folder, fileName, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("recovery/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("WALPARSER_TESTDATA") is { Length: > 0 } given)
        {
            // Tests run in their own output folders, so what is not absolute is taken from the repository's.
            string named = Path.GetFullPath(given, Repository);
            return Directory.Exists(named)
                ? named
                : throw new DirectoryNotFoundException($"WALPARSER_TESTDATA names '{named}', which is no folder.");
        }

        return Committed("");
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WalParser.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
