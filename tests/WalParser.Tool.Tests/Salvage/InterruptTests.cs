using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

/// <summary>Signals: the current log is removed, and the finished logs remain.</summary>
public class InterruptTests
{
    // A sparse file needs no space, and reading it takes longer than the test.
    private const long LongSize = 1L << 38;

    [SkippableTheory]
    [InlineData("INT", 130, "everything")]
    [InlineData("TERM", 143, "everything")]
    [InlineData("HUP", 129, "recovery")]
    public async Task Salvage_is_interrupted_in_the_middle_of_a_long_log(string signal, int exitCode, string view)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "On other systems, a file of that size may need its space, and signals differ.");
        using var folder = new TempFolder();
        string first = folder.Write("logs/000004.log", Records(1));
        string second = folder.Write("logs/000005.log", Records(65));
        using (FileStream file = File.OpenWrite(second))
        {
            file.SetLength(LongSize);
        }

        string output = Path.Combine(folder.Path, "out");
        using ChildProcess process = ToolProcess.StartForSignals("salvage", first, second, "--output", output, "--view", view);
        await AssertRemovedOnAsync(signal, exitCode, process, output, "000005.log");
        Assert.Equal(Path.Combine(output, "000004.log"), Assert.Single(Directory.EnumerateFileSystemEntries(output)));
    }

    [SkippableFact]
    public async Task Salvage_is_interrupted_while_it_waits_for_input()
    {
        using var folder = new TempFolder();
        string output = Path.Combine(folder.Path, "out");
        using ChildProcess process = ToolProcess.StartForSignals("salvage", "-", "--log-number", "7", "--output", output);
        await process.WriteAsync(Records(1));
        await AssertRemovedOnAsync("INT", 130, process, output, "000007.log");
        Assert.Empty(Directory.EnumerateFileSystemEntries(output));
    }

    private static byte[] Records(ulong sequence) =>
        TempDatabase.LogOf(Enumerable.Range(0, 64).Select(i => TempDatabase.Puts(sequence + (ulong)i, 1, new string('v', 1000))));

    private static async Task AssertRemovedOnAsync(string signal, int exitCode, ChildProcess process, string output, string name)
    {
        string unfinished = Path.Combine(output, name + ".unfinished");
        await process.UntilAsync($"to make {unfinished}", () => File.Exists(unfinished));
        await process.SignalAsync(signal);
        ChildResult result = await process.EndWithInputOpenAsync();
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            $"walparser: interrupted: the unfinished log is removed; logs that were finished before, if any, are in {output}\n",
            result.Error);
    }
}
