using System.Diagnostics;
using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Commands;

/// <summary>What only a process of its own shows: pipes, signals, exit codes.</summary>
public class ProcessTests
{
    private static readonly byte[] Log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));

    [Fact]
    public async Task Reads_standard_input()
    {
        ToolRun run = await ToolProcess.Run(Log, "dump", "-", "--format", "jsonl");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("""{"kind":"end","records":1}""", run.OutputLines[^1]);
    }

    [Fact]
    public async Task Exit_codes_come_through()
    {
        Assert.Equal(0, (await ToolProcess.Run([], "verify", TestFiles.Committed("rocksdb/recycled"))).ExitCode);
        Assert.Equal(1, (await ToolProcess.Run([], "verify", TestFiles.Committed("hostile/rocksdb-hangs-7.log"))).ExitCode);
        Assert.Equal(2, (await ToolProcess.Run([], "verify")).ExitCode);
    }

    [SkippableFact]
    public async Task A_closed_pipe_ends_it_quietly_while_input_is_still_coming()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows tells of a closed pipe in another way.");
        using Process process = ToolProcess.Start("dump", "-", "--format", "jsonl");
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.Close();

        // There is always more to read: only the closed pipe can end it, and then the tool's end of this pipe closes.
        byte[] block = [.. Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 64).SelectMany(bytes => bytes)];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await process.StandardInput.BaseStream.WriteAsync(block);
            }
        });
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await error));
    }

    [SkippableFact]
    public async Task Output_that_cannot_be_written_is_an_error()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "exec dotnet \"$0\" dump --format jsonl \"$1\" > /dev/full",
                typeof(WalParser.Tool.Commands.WalParserCommand).Assembly.Location, TestFiles.Committed("kvrocks/types"),
            },
            RedirectStandardError = true,
        })!;
        string error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal(2, shell.ExitCode);
        Assert.StartsWith("walparser: standard output: writing failed: ", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [SkippableTheory]
    [InlineData("dump --format text")]
    [InlineData("dump --format jsonl")]
    [InlineData("verify --format json")]
    [InlineData("info")]
    public async Task Closed_output_is_an_error(string command)
    {
        Skip.If(OperatingSystem.IsWindows(), "The shell is not there.");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", $"exec dotnet \"$0\" {command} \"$1\" >&-",
                typeof(WalParser.Tool.Commands.WalParserCommand).Assembly.Location, TestFiles.Committed("rocksdb/basic"),
            },
            RedirectStandardError = true,
        })!;
        string error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal(2, shell.ExitCode);
        Assert.Equal("walparser: standard output: writing failed: Bad file descriptor", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [SkippableFact]
    public async Task Outputs_into_one_file_follow_each_other()
    {
        Skip.If(OperatingSystem.IsWindows(), "The shell is not there.");
        using var folder = new TempFolder();
        string log = folder.Write("000001.log", Log);
        string output = Path.Combine(folder.Path, "out");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "(dotnet \"$0\" dump \"$1\"; dotnet \"$0\" verify \"$1\") > \"$2\"",
                typeof(WalParser.Tool.Commands.WalParserCommand).Assembly.Location, log, output,
            },
        })!;
        await shell.WaitForExitAsync();
        string text = await File.ReadAllTextAsync(output);
        Assert.StartsWith("000001.log (log 1)\n", text);
        Assert.EndsWith("no damage found\n", text);
    }

    [SkippableFact]
    public async Task An_interrupt_ends_it_quietly_also_while_it_waits_for_input()
    {
        Skip.If(OperatingSystem.IsWindows(), "kill is not there.");
        using Process process = ToolProcess.Start("dump", "-", "--format", "csv");

        // The first record comes out before more input is waited for: from then on the tool is certainly up and waiting.
        await process.StandardInput.BaseStream.WriteAsync(Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 64).SelectMany(bytes => bytes).ToArray());
        await process.StandardInput.BaseStream.FlushAsync();
        Assert.StartsWith("file,", await process.StandardOutput.ReadLineAsync());
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((130, ""), (process.ExitCode, error));
    }
}
