using System.Diagnostics;
using System.Globalization;
using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;
using WalParser.Tests.Fixtures;

namespace WalParser.Fuzz.Tests;

/// <summary>The targets run under SharpFuzz: the program, and the libraries as SharpFuzz instruments them.</summary>
public sealed class SharpFuzzTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-sharpfuzz-").FullName;

    private static string Plain => AppContext.BaseDirectory;

    private static string Seed => Path.Combine(CorpusFolder.Default, "batch", "basic-01");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_has_the_targets_of_the_fuzzer()
    {
        (int exitCode, string said) = await RunAsync("dotnet", [Path.Combine(Plain, "WalParser.Fuzz.dll"), "targets", "--names"]);
        Assert.Equal(FuzzCommand.Clean, exitCode);
        string[] expected = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(expected);

        (exitCode, said) = await RunAsync("dotnet", [ProgramIn(Plain)]);
        Assert.Equal(FuzzCommand.Failure, exitCode);
        Assert.Equal(expected, said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
    }

    /// <summary>
    /// With the libraries as they were built, and as SharpFuzz instruments them. The constructors of targets run instrumented code, too.
    /// </summary>
    [Fact]
    public async Task An_input_runs_through_it()
    {
        foreach (string folder in new[] { Plain, Instrument() })
        {
            foreach (string target in new[] { "batch", "framing" })
            {
                string seed = Directory.GetFiles(Path.Combine(CorpusFolder.Default, target)).Order(StringComparer.Ordinal).First();
                (int exitCode, string said) = await RunAsync("bash", ["-c", $"dotnet '{ProgramIn(folder)}' {target} < '{seed}'"]);
                Assert.Equal((FuzzCommand.Clean, ""), (exitCode, said));
            }

            Assert.Equal(FuzzCommand.Failure, (await RunAsync("dotnet", [ProgramIn(folder), "nothing"])).ExitCode);
        }
    }

    [SkippableFact]
    public async Task Afl_fuzz_finds_paths_in_what_SharpFuzz_instrumented()
    {
        SystemProgram.SkipIfAbsent("afl-fuzz");
        string seeds = Directory.CreateDirectory(Path.Combine(_folder, "seeds")).FullName;
        File.Copy(Seed, Path.Combine(seeds, "basic-01"));
        string output = Path.Combine(_folder, "out");
        (int exitCode, string said) = await RunAsync(
            "afl-fuzz",
            [
                "-V", "4", "-t", "10000", "-m", "none", "-s", "1", "-i", seeds, "-o", output,
                "--", "dotnet", ProgramIn(Instrument()), "batch",
            ]);
        Assert.True(exitCode == 0, said);
        Dictionary<string, string> stats = File.ReadLines(Path.Combine(output, "default", "fuzzer_stats"))
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        Assert.True(Number("corpus_count") > 1, "no path was found");
        Assert.True(Number("edges_found") > 50, "hardly any edge");
        Assert.Equal(0, Number("saved_crashes"));

        long Number(string name) => long.Parse(stats[name], CultureInfo.InvariantCulture);
    }

    private static string ProgramIn(string folder) => Path.Combine(folder, "WalParser.SharpFuzz.dll");

    /// <summary>
    /// Copies the program and has SharpFuzz instrument the libraries in the copy, as its command does. Returns the folder of the copy.
    /// </summary>
    private string Instrument()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "instrumented")).FullName;
        foreach (string file in Directory.EnumerateFiles(Plain))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (string library in new[] { "WalParser.dll", "WalParser.Kvrocks.dll" })
        {
            Assert.NotEmpty(global::SharpFuzz.Fuzzer.Instrument(Path.Combine(folder, library), _ => true, global::SharpFuzz.Options.Value));
        }

        return folder;
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
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
        using Process process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Patience);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(bound.Token);
            string said = await output + await error;
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)}: not ended after {Patience.TotalSeconds:N0} s; killed");
        }
    }
}
