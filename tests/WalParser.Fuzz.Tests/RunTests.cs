using System.Diagnostics;
using System.Globalization;
using WalParser.Fuzz.Commands;

namespace WalParser.Fuzz.Tests;

/// <summary>Runs that are ended from outside.</summary>
public sealed class RunTests : IDisposable
{
    private const int Term = 15; // SIGTERM
    private const int Kill = 9; // SIGKILL

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-run-").FullName;

    private string Findings => Path.Combine(_folder, "batch");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_that_is_asked_to_end_ends_in_order_and_one_that_is_killed_leaves_its_input()
    {
        using Process asked = await StartAsync();
        string said = await EndAsync(asked, Term);
        Assert.True(asked.ExitCode == FuzzCommand.Clean, said);
        Assert.Contains("executions", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Findings));

        using Process killed = await StartAsync();
        await EndAsync(killed, Kill);
        string left = Assert.Single(Directory.GetFiles(Findings));
        byte[] bytes = await File.ReadAllBytesAsync(left);
        byte[] input = bytes[4..(4 + BitConverter.ToInt32(bytes))];

        using Process next = Start("1");
        said = await next.StandardOutput.ReadToEndAsync();
        await next.WaitForExitAsync();
        Assert.Equal(FuzzCommand.Found, next.ExitCode);
        Assert.Contains("found: an earlier process died while it ran this", said, StringComparison.Ordinal);
        string[] saved = [.. Directory.GetFiles(Findings).Order(StringComparer.Ordinal)];
        Assert.Equal(2, saved.Length);
        Assert.Equal(input, await File.ReadAllBytesAsync(saved[0]));
        Assert.Contains(saved[0], said, StringComparison.Ordinal);
        Assert.Equal(saved[0] + ".txt", saved[1]);
    }

    /// <summary>A run that fuzzes.</summary>
    private async Task<Process> StartAsync()
    {
        Process process = Start("100");
        for (int i = 0; i < 600 && !IsRunning(); i++)
        {
            Assert.False(process.HasExited);
            await Task.Delay(100);
        }

        // The file is there before the first input is.
        await Task.Delay(500);
        return process;

        bool IsRunning() => Directory.Exists(Findings) && Directory.GetFiles(Findings).Length > 0;
    }

    private Process Start(string seconds)
    {
        string[] args = ["run", "batch", "--time", seconds, "--findings", _folder];
        return Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WalParser.Fuzz.dll"), .. args]) { RedirectStandardOutput = true })!;
    }

    private static async Task<string> EndAsync(Process process, int signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}
