using System.Globalization;
using WalParser.Fuzz.Engine;
using WalParser.TestSupport.Processes;

namespace WalParser.Fuzz.Tests;

/// <summary>afl-fuzz runs a target.</summary>
[Collection(nameof(Instrumentation.EdgeMap))]
public sealed class AflTests : IDisposable
{
    private static readonly AflProgram Afl = new(ChildProcess.DefaultLimit);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-afl-").FullName;

    private readonly string _fuzzer = Path.Combine(AppContext.BaseDirectory, "WalParser.Fuzz.dll");

    private static string Seed => Path.Combine(CorpusFolder.Default, "batch", "basic-01");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Afl_fuzz_runs_a_target_and_finds_paths()
    {
        Dictionary<string, long> stats = await FuzzAsync("-V", "4");
        Assert.True(stats["execs_done"] > 50, "too few executions");
        Assert.True(stats["corpus_count"] > 1, "no path was found");
        Assert.True(stats["edges_found"] > 50, "too few edges");
        Assert.Equal(0, stats["saved_crashes"]);
    }

    /// <summary>
    /// A finding is a crash for AFL. The test provokes it: no execution may take more steps than the seed, and afl-fuzz soon generates
    /// mutants that do. The input that AFL saves is the same finding when it is run again.
    /// </summary>
    [SkippableFact]
    public async Task Afl_fuzz_saves_a_finding_as_a_crash()
    {
        int limit = 1;
        while (!await IsCleanAsync(Seed, limit * 2))
        {
            limit *= 2;
        }

        // Searches between a limit that the seed exceeds and one that it does not.
        int most = limit * 2;
        while (most - limit > 1)
        {
            int middle = (limit + most) / 2;
            (limit, most) = await IsCleanAsync(Seed, middle) ? (limit, middle) : (middle, most);
        }

        Dictionary<string, long> stats = await FuzzAsync("-E", "3000", "--steps", $"{most}");
        Assert.True(stats["saved_crashes"] > 0, "no crash was saved");
        string[] crashes = [.. Directory.GetFiles(Path.Combine(_folder, "out", "default", "crashes"), "id:*")];
        Assert.Equal(stats["saved_crashes"], crashes.Length);
        Assert.False(await IsCleanAsync(crashes[0], most));
    }

    /// <summary>afl-showmap runs a program once, without a fork server, and evaluates the map and the exit status of the program.</summary>
    [SkippableFact]
    public async Task Afl_showmap_sees_edges_and_a_finding()
    {
        SystemProgram.SkipIfAbsent("afl-showmap");
        string map = Path.Combine(_folder, "map");
        (int exitCode, string said) = await Afl.RunAsync(
            "afl-showmap", "-t", "60000", "-m", "none", "-o", map, "--", "dotnet", _fuzzer, "afl", "batch", Seed);
        Assert.True(exitCode == 0, said);
        Assert.True(File.ReadLines(map).Count() > 50, "too few edges");

        (exitCode, said) = await Afl.RunAsync(
            "afl-showmap", "-t", "60000", "-m", "none", "-o", map, "--", "dotnet", _fuzzer, "afl", "batch", Seed, "--steps", "5");
        Assert.True(exitCode == 2, $"exit code {exitCode}: {said}"); // afl-showmap's exit code for a crash.
    }

    /// <summary>Without AFL, the command runs the file once and prints the result.</summary>
    [Fact]
    public async Task Without_Afl_a_file_is_run_once()
    {
        Assert.Equal((0, ""), await Afl.RunAsync("dotnet", _fuzzer, "afl", "batch", Seed));
        (int exitCode, string said) = await Afl.RunAsync("dotnet", _fuzzer, "afl", "batch", Seed, "--steps", "5");
        Assert.Equal(1, exitCode);
        Assert.Contains("more than 5 steps", said, StringComparison.Ordinal);
    }

    /// <summary>
    /// Tests the protocol with a bash script: the hello word, the id of a worker, and a status of success or of an abort.
    /// </summary>
    [Fact]
    public async Task A_finding_has_the_status_of_an_abort()
    {
        foreach ((string steps, string status) in new[] { ("1000000", "0"), ("5", "6") })
        {
            string[] words = await SpeakAsync(steps, """
                printf '\0\0\0\0' >&5
                head -c 12 <&6 | od -An -tu4 -w4
                """);
            Assert.Equal("0", words[0]); // The hello word, without options.
            Assert.True(int.Parse(words[1], CultureInfo.InvariantCulture) > 1);
            Assert.Equal(status, words[2]);
            Assert.Contains("ended with 0", words);
        }
    }

    /// <summary>When AFL dies before it receives an answer, the server ends. It does not run the file as it does without AFL.</summary>
    [Fact]
    public async Task The_server_ends_when_Afl_dies()
    {
        string[] words = await SpeakAsync("5", """
            head -c 4 <&6 | od -An -tu4
            exec 6<&-
            printf '\0\0\0\0' >&5
            """);
        Assert.Equal(["0", "ended with 0"], words);
    }

    /// <summary>
    /// Starts the fork server for a file and sends requests as AFL does: requests go to descriptor 5, answers come from descriptor 6.
    /// Returns the lines of the answers.
    /// </summary>
    private async Task<string[]> SpeakAsync(string steps, string talk)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, steps)).FullName;
        string path = Path.Combine(folder, "afl.sh");
        await File.WriteAllTextAsync(path, $"""
            cd {folder}
            mkfifo requests answers
            cp {Seed} input
            dotnet {_fuzzer} afl batch input --steps {steps} 198<requests 199>answers &
            exec 5>requests 6<answers
            {talk}
            exec 5>&- 6<&-
            wait $!
            echo "ended with $?"
            """);
        (int exitCode, string said) = await Afl.RunAsync("bash", path);
        Assert.True(exitCode == 0, said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private async Task<bool> IsCleanAsync(string file, int steps) =>
        (await Afl.RunAsync("dotnet", _fuzzer, "afl", "batch", file, "--steps", $"{steps}")).ExitCode == 0;

    /// <summary>Runs afl-fuzz on the target <c>batch</c> and returns its statistics.</summary>
    /// <param name="howMuch">An option of afl-fuzz that limits the run.</param>
    /// <param name="bound">The value of the option.</param>
    /// <param name="more">Additional arguments of the target.</param>
    private Task<Dictionary<string, long>> FuzzAsync(string howMuch, string bound, params string[] more) =>
        Afl.FuzzAsync(_folder, Seed, [howMuch, bound], ["dotnet", _fuzzer, "afl", "batch", "@@", .. more]);
}
