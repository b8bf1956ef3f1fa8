using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Tests;

/// <summary>The targets under SharpFuzz: the program, and the libraries as SharpFuzz instruments them.</summary>
public sealed class SharpFuzzTests : IDisposable
{
    private static readonly AflProgram Afl = new(TimeSpan.FromMinutes(3));

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-sharpfuzz-").FullName;

    private static string Plain => AppContext.BaseDirectory;

    private static string Seed => Path.Combine(CorpusFolder.Default, "batch", "basic-01");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_program_has_the_targets_of_the_fuzzer()
    {
        (int exitCode, string said) = await Afl.RunAsync("dotnet", Path.Combine(Plain, "WalParser.Fuzz.dll"), "targets", "--names");
        Assert.Equal(FuzzCommand.Clean, exitCode);
        string[] expected = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(expected);

        (exitCode, said) = await Afl.RunAsync("dotnet", ProgramIn(Plain));
        Assert.Equal(FuzzCommand.Failure, exitCode);
        Assert.Equal(expected, said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
    }

    /// <summary>
    /// With the libraries as they were built, and as SharpFuzz instruments them. The constructors of the targets also run instrumented
    /// code.
    /// </summary>
    [Fact]
    public async Task An_input_is_run()
    {
        foreach (string folder in new[] { Plain, Instrument() })
        {
            foreach (string target in new[] { "batch", "framing" })
            {
                string seed = Directory.GetFiles(Path.Combine(CorpusFolder.Default, target)).Order(StringComparer.Ordinal).First();
                (int exitCode, string said) = await Afl.RunAsync("bash", "-c", $"dotnet '{ProgramIn(folder)}' {target} < '{seed}'");
                Assert.Equal((FuzzCommand.Clean, ""), (exitCode, said));
            }

            Assert.Equal(FuzzCommand.Failure, (await Afl.RunAsync("dotnet", ProgramIn(folder), "nothing")).ExitCode);
        }
    }

    [SkippableFact]
    public async Task Afl_fuzz_finds_paths_in_code_that_SharpFuzz_instrumented()
    {
        Dictionary<string, long> stats = await Afl.FuzzAsync(
            _folder, Seed, ["-V", "4"], "dotnet", ProgramIn(Instrument()), "batch");
        Assert.True(stats["corpus_count"] > 1, "no path was found");
        Assert.True(stats["edges_found"] > 50, "too few edges");
        Assert.Equal(0, stats["saved_crashes"]);
    }

    private static string ProgramIn(string folder) => Path.Combine(folder, "WalParser.SharpFuzz.dll");

    /// <summary>
    /// Copies the program, and instruments the libraries in the copy with SharpFuzz, as its command does. Returns the folder of the copy.
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
}
