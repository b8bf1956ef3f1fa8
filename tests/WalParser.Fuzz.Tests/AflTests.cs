using System.Diagnostics;
using System.Globalization;
using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Tests;

/// <summary>The real afl-fuzz drives a target.</summary>
public class AflTests
{
    [SkippableFact]
    public async Task Afl_fuzz_runs_a_target_and_finds_paths()
    {
        Skip.IfNot(IsInstalled("afl-fuzz"), "afl-fuzz is not installed");
        string output = Directory.CreateTempSubdirectory("walparser-fuzz-afl-").FullName;
        string fuzzer = Path.Combine(AppContext.BaseDirectory, "WalParser.Fuzz.dll");
        string seeds = Path.Combine(output, "seeds");
        Directory.CreateDirectory(seeds);
        File.Copy(Path.Combine(CorpusFolder.Default, "batch", "basic-01"), Path.Combine(seeds, "basic-01"));
        var start = new ProcessStartInfo(
            "afl-fuzz",
            ["-V", "4", "-t", "10000", "-m", "none", "-s", "1", "-i", seeds, "-o", Path.Combine(output, "out"), "--", "dotnet", fuzzer, "afl", "batch", "@@"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
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
        using var process = Process.Start(start)!;
        Task<string> standardOutput = process.StandardOutput.ReadToEndAsync();
        Task<string> standardError = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token);
        Assert.True(process.ExitCode == 0, await standardOutput + await standardError);

        Dictionary<string, string> stats = File.ReadLines(Path.Combine(output, "out", "default", "fuzzer_stats"))
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        Assert.True(Number("execs_done") > 50, "hardly any execution");
        Assert.True(Number("corpus_count") > 1, "no path was found");
        Assert.True(Number("edges_found") > 50, "hardly any edge");
        Assert.Equal(0, Number("saved_crashes"));
        Directory.Delete(output, recursive: true);

        long Number(string name) => long.Parse(stats[name], CultureInfo.InvariantCulture);
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
