namespace WalParser.TestSupport.Processes;

/// <summary>The programs of system packages with which tests compare the library.</summary>
public static class SystemProgram
{
    /// <summary>
    /// Whether a test fails if its program is not installed. It does if the environment variable <c>CI</c> is <c>true</c>, because CI
    /// installs the programs. On the machine of a developer it skips.
    /// </summary>
    private static readonly bool MustBeThere = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The Debian packages of the programs, which <c>.ci/run</c> installs.</summary>
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["afl-fuzz"] = "afl++",
        ["afl-showmap"] = "afl++",
        ["gzip"] = "gzip",
        ["ldb"] = "rocksdb-tools",
        ["lz4"] = "lz4",
        ["redis-check-aof"] = "redis-tools",
        ["redis-check-rdb"] = "redis-tools",
        ["redis-cli"] = "redis-tools",
        ["redis-server"] = "redis-server",
        ["zstd"] = "zstd",
    };

    /// <summary>Returns whether a program is on the PATH.</summary>
    public static bool IsInstalled(string program)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }

    /// <summary>Skips the test, or fails it in CI, if a program is not installed.</summary>
    public static void SkipIfAbsent(string program)
    {
        if (IsInstalled(program))
        {
            return;
        }

        SkipOrFail($"{program} is not installed (Debian package {Packages[program]}).");
    }

    /// <summary>Skips the test, or fails it in CI, for a reason that may not occur in CI.</summary>
    public static void SkipOrFail(string reason)
    {
        Assert.False(MustBeThere, $"{reason} With CI=true no test may skip for that.");
        Skip.If(true, reason);
    }
}
