using System.Diagnostics;
using System.Globalization;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

/// <summary>Signals: the log at hand is removed, and those finished before stay.</summary>
public class InterruptTests
{
    // As sparse as a file system has it, it takes no room; to read it takes longer than the test.
    private const long LongSize = 1L << 38;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("INT", 130, "everything")]
    [InlineData("TERM", 143, "everything")]
    [InlineData("HUP", 129, "recovery")]
    public async Task In_the_middle_of_a_long_log(string signal, int exitCode, string view)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere a file of that size may take its room, and signals differ.");
        using var folder = new TempFolder();
        string first = folder.Write("logs/000004.log", Records());
        string second = folder.Write("logs/000005.log", Records());
        using (FileStream file = File.OpenWrite(second))
        {
            file.SetLength(LongSize);
        }

        string output = Path.Combine(folder.Path, "out");
        using Process process = ToolProcess.Start("salvage", first, second, "--output", output, "--view", view);
        await AssertRemovedOnAsync(signal, exitCode, process, output, "000005.log");
        Assert.Equal(Path.Combine(output, "000004.log"), Assert.Single(Directory.EnumerateFileSystemEntries(output)));
    }

    [SkippableFact]
    public async Task While_it_waits_for_input()
    {
        Skip.If(OperatingSystem.IsWindows(), "kill is not there.");
        using var folder = new TempFolder();
        string output = Path.Combine(folder.Path, "out");
        using Process process = ToolProcess.Start("salvage", "-", "--log-number", "7", "--output", output);
        await process.StandardInput.BaseStream.WriteAsync(Records());
        await process.StandardInput.BaseStream.FlushAsync();
        await AssertRemovedOnAsync("INT", 130, process, output, "000007.log");
        Assert.Empty(Directory.EnumerateFileSystemEntries(output));
    }

    private static byte[] Records() => [.. Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 64).SelectMany(bytes => bytes)];

    private static async Task AssertRemovedOnAsync(string signal, int exitCode, Process process, string output, string name)
    {
        Task<string> said = process.StandardError.ReadToEndAsync();
        Task<string> shown = process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (!File.Exists(Path.Combine(output, name + ".unfinished")))
            {
                Assert.False(process.HasExited, "It came to its end before it was interrupted.");
                await Task.Delay(10, patience.Token);
            }

            using (Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync(patience.Token);
            }

            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal((exitCode, ""), (process.ExitCode, await shown));
        Assert.Equal($"walparser: interrupted: the log at hand is removed; those finished before, if any, are in {output}\n", await said);
    }
}
