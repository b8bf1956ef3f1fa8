namespace WalParser.Tests.Fixtures;

/// <summary>The programs from system packages that tests compare with.</summary>
internal static class SystemProgram
{
    /// <summary>
    /// Where a program is absent, as it may be on a developer's machine, its tests skip. Where <c>CI</c> is <c>true</c> they fail: CI installs it.
    /// </summary>
    private static readonly bool MustBeThere = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Debian's packages of them, as <c>.ci/run</c> installs them.</summary>
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["afl-fuzz"] = "afl++",
        ["afl-showmap"] = "afl++",
        ["gzip"] = "gzip",
        ["ldb"] = "rocksdb-tools",
        ["lz4"] = "lz4",
        ["redis-cli"] = "redis-tools",
        ["redis-server"] = "redis-server",
        ["zstd"] = "zstd",
    };

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool IsInstalled(string program)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }

    /// <summary>Skips the test, or fails it in CI, where a program is not installed.</summary>
    public static void SkipIfAbsent(string program)
    {
        if (IsInstalled(program))
        {
            return;
        }

        SkipOrFail($"{program} is not installed (Debian package {Packages[program]}).");
    }

    /// <summary>Skips the test, or fails it in CI, for a reason that CI must not have.</summary>
    public static void SkipOrFail(string reason)
    {
        Assert.False(MustBeThere, $"{reason} With CI=true no test may skip for that.");
        Skip.If(true, reason);
    }
}
