using System.Diagnostics;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.CommandLine;

/// <summary>Behaviour that only a separate process shows: pipes, signals, exit codes.</summary>
public class ProcessTests
{
    private static readonly byte[] Log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));

    [Fact]
    public async Task Standard_input_is_read()
    {
        ToolRun run = await ToolProcess.Run(Log, "dump", "-", "--format", "jsonl");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("""{"kind":"end","records":1}""", run.OutputLines[^1]);
    }

    [Fact]
    public async Task Exit_codes_are_those_of_the_process()
    {
        Assert.Equal(0, (await ToolProcess.Run([], "verify", TestFiles.Committed("rocksdb/recycled"))).ExitCode);
        Assert.Equal(1, (await ToolProcess.Run([], "verify", TestFiles.Committed("hostile/rocksdb-hangs-7.log"))).ExitCode);
        Assert.Equal(2, (await ToolProcess.Run([], "verify")).ExitCode);
    }

    [SkippableFact]
    public async Task A_closed_pipe_ends_the_tool_quietly_while_there_is_more_input()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows reports a closed pipe in another way.");
        using ChildProcess process = ChildProcess.Start(
            new ProcessStartInfo("dotnet", [ToolProcess.Assembly, "dump", "-", "--format", "jsonl"]), closesOutput: true);

        // There is always more input. Only the closed pipe can end the tool, and then the tool's end of this pipe closes.
        byte[] block = [.. Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 64).SelectMany(bytes => bytes)];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await process.WriteAsync(block);
            }
        });
        ChildResult result = await process.EndAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [SkippableFact]
    public async Task Output_that_cannot_be_written_is_an_error()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has /dev/full.");
        ChildResult shell = await ChildProcess.RunAsync(
            "/bin/sh",
            "-c",
            "exec dotnet \"$0\" dump --format jsonl \"$1\" > /dev/full",
            ToolProcess.Assembly,
            TestFiles.Committed("kvrocks/types"));
        Assert.Equal(2, shell.ExitCode);
        Assert.StartsWith("walparser: standard output: writing failed: ", Assert.Single(shell.Error.TrimEnd().Split('\n')));
    }

    [SkippableTheory]
    [InlineData("dump --format text")]
    [InlineData("dump --format jsonl")]
    [InlineData("verify --format json")]
    [InlineData("info")]
    public async Task Closed_output_is_an_error(string command)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no /bin/sh.");
        ChildResult shell = await ChildProcess.RunAsync(
            "/bin/sh", "-c", $"exec dotnet \"$0\" {command} \"$1\" >&-", ToolProcess.Assembly, TestFiles.Committed("rocksdb/basic"));
        Assert.Equal(2, shell.ExitCode);
        Assert.Equal("walparser: standard output: writing failed: Bad file descriptor", Assert.Single(shell.Error.TrimEnd().Split('\n')));
    }

    [SkippableFact]
    public async Task Outputs_to_one_file_are_in_order()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no /bin/sh.");
        using var folder = new TempFolder();
        string log = folder.Write("000001.log", Log);
        string output = Path.Combine(folder.Path, "out");
        await ChildProcess.RunAsync(
            "/bin/sh", "-c", "(dotnet \"$0\" dump \"$1\"; dotnet \"$0\" verify \"$1\") > \"$2\"", ToolProcess.Assembly, log, output);
        string text = await File.ReadAllTextAsync(output);
        Assert.StartsWith("000001.log (log 1)\n", text);
        Assert.EndsWith(": no damage found, nothing missing\n", text);
    }

    [SkippableFact]
    public async Task An_interrupt_ends_the_tool_quietly_while_it_waits_for_input()
    {
        using ChildProcess process = ToolProcess.StartForSignals("dump", "-", "--format", "csv");

        // The first record is written before the tool waits for more input. After that, the tool has certainly started and waits.
        await process.WriteAsync(Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 64).SelectMany(bytes => bytes).ToArray());
        Assert.StartsWith("file,", await process.ReadLineAsync());
        await process.SignalAsync("INT");
        ChildResult result = await process.EndWithInputOpenAsync();
        Assert.Equal(130, result.ExitCode);

        // Nothing but the findings: the numbers of the repeated record are set back.
        Assert.All(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("duplicate: ", line));
    }
}
