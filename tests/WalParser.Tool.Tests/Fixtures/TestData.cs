namespace WalParser.Tool.Tests.Fixtures;

/// <summary>Where the fixtures are: the folder that WALPARSER_TESTDATA names, else the repository's testdata.</summary>
internal static class TestData
{
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>All files of that name below the root, as paths relative to it.</summary>
    public static IEnumerable<string> Named(string fileName) =>
        Directory.EnumerateFiles(Root, fileName, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("WALPARSER_TESTDATA") is { Length: > 0 } named)
        {
            return Directory.Exists(named)
                ? named
                : throw new DirectoryNotFoundException($"WALPARSER_TESTDATA names '{named}', which is no folder.");
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WalParser.sln")))
            {
                return Path.Combine(folder.FullName, "testdata");
            }
        }

        throw new DirectoryNotFoundException("No testdata: the tests run neither inside the repository nor with WALPARSER_TESTDATA set.");
    }
}
