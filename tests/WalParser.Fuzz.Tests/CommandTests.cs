using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Testing.Generation;
using WalParser.TestSupport.Processes;

namespace WalParser.Fuzz.Tests;

/// <summary>The command line: wrong usage is reported with exit code 2, and the same seed gives the same result.</summary>
[Collection(nameof(EdgeMap))]
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-commands-").FullName;

    public static TheoryData<string> WrongUses =>
    [
        "", "run", "run nothing", "run batch --time 0", "run batch --time NaN", "run batch --time -5", "run batch --time 1e300",
        "run batch --runs -1", "run batch --time x", "run batch --runs 0", "run batch --runs 1 --findings {file}",
        "run batch --runs 1 --corpus {file}", "repro {none}",
        "repro {file}", "repro --target nothing {file}", "minimize {none}", "cmin batch {none} --into {folder}/into",
        "cmin batch {folder}/empty --into {folder}/into", "cmin batch {seeds} --into {file}", "generate --kind Nothing --out {folder}/out",
        "generate --count 0 --out {folder}/out", "generate --count -1 --out {folder}/out", "generate --kind 1 --out {folder}/out",
        "minimize --time NaN {good}", "afl batch {good} --steps 0", "generate --out {file}", "generate", "afl batch",
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(WrongUses))]
    public async Task Wrong_usage_is_reported(string use)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        string seeds = Path.Combine(CorpusFolder.Default, "batch");
        string[] args = [.. use.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(arg => arg
            .Replace("{folder}", _folder, StringComparison.Ordinal)
            .Replace("{file}", Path.Combine(_folder, "file"), StringComparison.Ordinal)
            .Replace("{none}", Path.Combine(_folder, "none"), StringComparison.Ordinal)
            .Replace("{seeds}", seeds, StringComparison.Ordinal)
            .Replace("{good}", Path.Combine(seeds, "basic-01"), StringComparison.Ordinal))];
        (int exitCode, string said) = await RunAsync(args);
        Assert.Equal(FuzzCommand.Failure, exitCode);
        Assert.NotEmpty(said.Trim());
        Assert.DoesNotContain(" at WalParser.", said, StringComparison.Ordinal);
    }

    /// <summary>Uses separate processes, in which the libraries are instrumented.</summary>
    [Theory]
    [InlineData("batch")]
    [InlineData("salvage")]
    public async Task The_same_seed_keeps_the_same_inputs(string target)
    {
        List<string[]> kept = [];
        foreach (string folder in new[] { "first", "again" })
        {
            string corpus = Path.Combine(_folder, folder);
            string[] args =
            [
                "run", target, "--runs", "150", "--seed", "9", "--corpus", corpus, "--findings", Path.Combine(_folder, "findings"),
            ];
            ChildResult result = await ChildProcess.RunAsync(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "WalParser.Fuzz.dll"), .. args]);
            Assert.True(result.ExitCode == FuzzCommand.Clean, result.Output + result.Error);
            kept.Add([.. Directory.GetFiles(corpus).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]);
        }

        Assert.NotEmpty(kept[0]);
        Assert.Equal(kept[0], kept[1]);
    }

    [Fact]
    public async Task Every_kind_is_generated()
    {
        string output = Path.Combine(_folder, "out");
        Assert.Equal(FuzzCommand.Clean, (await RunAsync("generate", "--seed", "3", "--count", "2", "--out", output)).ExitCode);
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(output, "manifest.jsonl"));
        Assert.Equal(2 * Enum.GetValues<HostileKind>().Length, lines.Length);
        foreach (HostileKind kind in Enum.GetValues<HostileKind>())
        {
            HostileLog log = LogGenerator.Generate(kind, 4);
            Assert.Contains(log.ToJson(), lines);
            Assert.Equal(log.Bytes, await File.ReadAllBytesAsync(Path.Combine(output, log.Name)));
        }
    }

    [Fact]
    public async Task Logs_of_an_earlier_run_are_not_overwritten()
    {
        string output = Path.Combine(_folder, "out");
        Assert.Equal(FuzzCommand.Clean, (await RunAsync("generate", "--kind", "zeros", "--count", "1", "--out", output)).ExitCode);
        Dictionary<string, byte[]> before = Directory.GetFiles(output).ToDictionary(path => path, File.ReadAllBytes);
        (int exitCode, string said) = await RunAsync("generate", "--kind", "length", "--count", "1", "--out", output);
        Assert.Equal(FuzzCommand.Failure, exitCode);
        Assert.Contains("specify another folder", said, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(output).ToDictionary(path => path, File.ReadAllBytes));
    }

    [Fact]
    public async Task Minimizing_an_input_without_a_finding_is_not_an_error()
    {
        (int exitCode, string said) = await RunAsync("minimize", Path.Combine(CorpusFolder.Default, "batch", "basic-01"));
        Assert.Equal(FuzzCommand.Clean, exitCode);
        Assert.Contains("nothing is wrong", said, StringComparison.Ordinal);
    }

    /// <summary>In the help, and in the error message for an unknown kind.</summary>
    [Theory]
    [InlineData(FuzzCommand.Clean, "generate", "--help")]
    [InlineData(FuzzCommand.Failure, "generate", "--kind", "nothing", "--out", "out")]
    public async Task The_kinds_are_listed_by_their_names_on_the_command_line(int expected, params string[] args)
    {
        (int exitCode, string said) = await RunAsync(args);
        Assert.Equal(expected, exitCode);
        Assert.Contains(
            "checksum, length, zeros, missing-start,",
            string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        int exitCode = await FuzzCommand.RunAsync(args, output, output);
        return (exitCode, output.ToString());
    }
}
