using System.Diagnostics;
using System.Globalization;
using WalParser.TestSupport.Processes;

namespace WalParser.Fuzz.Tests;

/// <summary>Runs programs in the environment that afl-fuzz needs in tests, and reads the statistics of afl-fuzz.</summary>
/// <param name="limit">The time limit of a program.</param>
internal sealed class AflProgram(TimeSpan limit)
{
    /// <summary>Runs a program to its end. Returns its exit code and its standard and error output.</summary>
    public async Task<(int ExitCode, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            Environment =
            {
                ["AFL_SKIP_BIN_CHECK"] = "1",
                ["AFL_NO_UI"] = "1",
                ["AFL_NO_AFFINITY"] = "1",
                ["AFL_SKIP_CPUFREQ"] = "1",
                ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
                ["AFL_FORKSRV_INIT_TMOUT"] = "60000",
            },
        };
        using ChildProcess process = ChildProcess.Start(start, limit);
        ChildResult result = await process.EndAsync();
        return (result.ExitCode, result.Output + result.Error);
    }

    /// <summary>Fuzzes with one seed. Returns the statistics that afl-fuzz wrote.</summary>
    /// <param name="folder">The folder of the test, in which afl-fuzz creates its own folder.</param>
    /// <param name="seed">The file with the seed.</param>
    /// <param name="bound">The option of afl-fuzz that limits the run, and its value.</param>
    /// <param name="target">The command line of the target.</param>
    public async Task<Dictionary<string, long>> FuzzAsync(string folder, string seed, string[] bound, params string[] target)
    {
        SystemProgram.SkipIfAbsent("afl-fuzz");
        string seeds = Directory.CreateDirectory(Path.Combine(folder, "seeds")).FullName;
        File.Copy(seed, Path.Combine(seeds, Path.GetFileName(seed)));
        string output = Path.Combine(folder, "out");
        (int exitCode, string said) = await RunAsync(
            "afl-fuzz", [.. bound, "-t", "10000", "-m", "none", "-s", "1", "-i", seeds, "-o", output, "--", .. target]);
        Assert.True(exitCode == 0, said);
        return File.ReadLines(Path.Combine(output, "default", "fuzzer_stats"))
            .Select(line => line.Split(':', 2))
            .Where(parts => long.TryParse(parts[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(parts => parts[0].Trim(), parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
