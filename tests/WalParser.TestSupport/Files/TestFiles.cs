namespace WalParser.TestSupport.Files;

/// <summary>
/// The test data. Tests that run on every scenario and case read the folder that the environment variable WALPARSER_TESTDATA names. Tests
/// of a certain file read the repository's testdata, and so do all tests if the variable is not set.
/// </summary>
public static class TestFiles
{
    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Root { get; } = FindRoot();

    /// <summary>Returns the path of a file or folder that <see cref="Named"/> has found.</summary>
    public static string PathOf(string relative)
    {
        string path = Path.Combine(Root, relative);
        return Path.Exists(path) ? path : Committed(relative);
    }

    /// <summary>Returns the path of a file or folder of the repository's testdata.</summary>
    public static string Committed(string relative) => Path.Combine(Repository, "testdata", relative);

    /// <summary>
    /// Returns all files with a name below the root, as paths relative to the root. If there are none (a folder need not have every kind of
    /// scenario), it returns the files of the repository. It skips the damaged and hostile databases (<see cref="IsSound"/>), which the
    /// tests that are about them name.
    /// </summary>
    public static IReadOnlyList<string> Named(string fileName)
    {
        List<string> found = Find(Root, fileName);
        return found.Count > 0 ? found : Find(Committed(""), fileName);
    }

    private static List<string> Find(string folder, string fileName) =>
        [.. Directory.EnumerateFiles(folder, fileName, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(IsSound)
            .Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns false for files of <c>recovery/</c> and <c>reports/</c>, for the folders of <c>hostile/</c>, and for its log that is damaged
    /// on purpose.
    /// </summary>
    private static bool IsSound(string path) =>
        !path.StartsWith("recovery/", StringComparison.Ordinal)
        && !path.StartsWith("reports/", StringComparison.Ordinal)
        && !(path.StartsWith("hostile/", StringComparison.Ordinal) && path.LastIndexOf('/') > "hostile".Length)
        && path != "hostile/verify-vs-dump.log";

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("WALPARSER_TESTDATA") is { Length: > 0 } given)
        {
            // A test runs in its output folder, so a relative path starts at the folder of the repository.
            string named = Path.GetFullPath(given, Repository);
            return Directory.Exists(named)
                ? named
                : throw new DirectoryNotFoundException($"WALPARSER_TESTDATA names '{named}', which is not a folder.");
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
