using System.ComponentModel;
using System.Diagnostics;
using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.RocksDb;

/// <summary>What a run of RocksDB's own tool, <c>ldb</c>, returned and wrote.</summary>
internal sealed record Ldb(int ExitCode, string[] Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs ldb on a copy of a file, under its own name, since it may change what lies around it. The test is skipped where it is not
    /// installed. It is ended if it does not end: some logs it reads forever.
    /// </summary>
    /// <param name="file">The file, as <see cref="TestFiles.Named"/> has it.</param>
    /// <param name="arguments">The arguments; {0} stands for the copy.</param>
    public static async Task<Ldb> RunOn(string file, params string[] arguments)
    {
        using var folder = new TempFolder();
        string copy = folder.Write(Path.GetFileName(file), await File.ReadAllBytesAsync(TestFiles.PathOf(file)));
        using Process process = Start([.. arguments.Select(argument => argument.Replace("{0}", copy, StringComparison.Ordinal))]);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"ldb does not end on {file}");
        }

        return new Ldb(process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await error);
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("ldb") { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Skip.If(true, "ldb is not installed.");
            throw;
        }
    }
}
