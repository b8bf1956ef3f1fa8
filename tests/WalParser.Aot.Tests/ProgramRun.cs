using System.Diagnostics;

namespace WalParser.Aot.Tests;

/// <summary>How a program ended, and what it wrote.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The bytes on standard output.</param>
/// <param name="Error">The text on standard error.</param>
internal sealed record ProgramRun(int ExitCode, byte[] Output, string Error)
{
    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It had not ended after <paramref name="patience"/>, and was killed.</exception>
    public static async Task<ProgramRun> Of(TimeSpan patience, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(patience);
        using var output = new MemoryStream();
        try
        {
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.StandardOutput.BaseStream.CopyToAsync(output, bound.Token);
            string said = await error;
            await process.WaitForExitAsync(bound.Token);
            return new ProgramRun(process.ExitCode, output.ToArray(), said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)}: not ended after {patience.TotalSeconds:N0} s; killed");
        }
    }
}
