using WalParser.Fuzz.Commands;
using WalParser.TestSupport.Processes;

namespace WalParser.Fuzz.Tests;

/// <summary>Runs that are ended from outside.</summary>
public sealed class RunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-run-").FullName;

    private string Findings => Path.Combine(_folder, "batch");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task A_run_that_is_interrupted_ends_normally_and_one_that_is_killed_leaves_its_input()
    {
        using ChildProcess asked = await StartAsync();
        ChildResult result = await EndAsync(asked, "TERM");
        Assert.True(result.ExitCode == FuzzCommand.Clean, result.Output + result.Error);
        Assert.Contains("executions", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Findings));

        using ChildProcess killed = await StartAsync();
        await EndAsync(killed, "KILL");
        string left = Assert.Single(Directory.GetFiles(Findings));
        byte[] bytes = await File.ReadAllBytesAsync(left);
        byte[] input = bytes[4..(4 + BitConverter.ToInt32(bytes))];

        using ChildProcess next = Start("1");
        result = await next.EndAsync();
        Assert.Equal(FuzzCommand.Found, result.ExitCode);
        Assert.Contains("found: an earlier process died while it ran this input", result.Output, StringComparison.Ordinal);
        string[] saved = [.. Directory.GetFiles(Findings).Order(StringComparer.Ordinal)];
        Assert.Equal(2, saved.Length);
        Assert.Equal(input, await File.ReadAllBytesAsync(saved[0]));
        Assert.Contains(saved[0], result.Output, StringComparison.Ordinal);
        Assert.Equal(saved[0] + ".txt", saved[1]);
    }

    /// <summary>Starts a run that fuzzes.</summary>
    private async Task<ChildProcess> StartAsync()
    {
        ChildProcess process = Start("100");
        await process.UntilAsync("to begin its findings", () => Directory.Exists(Findings) && Directory.GetFiles(Findings).Length > 0);

        // The file exists before the first input is run.
        await Task.Delay(500);
        return process;
    }

    private ChildProcess Start(string seconds) => ChildProcess.Start(ChildSignals.WithDefaults(
        "dotnet", Path.Combine(AppContext.BaseDirectory, "WalParser.Fuzz.dll"), "run", "batch", "--time", seconds, "--findings", _folder));

    private static async Task<ChildResult> EndAsync(ChildProcess process, string signal)
    {
        await process.SignalAsync(signal);
        return await process.EndWithInputOpenAsync();
    }
}
