using System.Diagnostics;
using System.Globalization;

namespace WalParser.TestSupport.Processes;

/// <summary>
/// A program that a test starts. It has a time limit: when the limit passes during a wait, the wait kills the program and throws a
/// <see cref="TimeoutException"/>, whose message states what the test waited for and what the program wrote.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    /// <summary>
    /// The time limit of a program whose test names no other. Only a program that hangs needs so long, also on a busy machine.
    /// </summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly string _commandLine;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _deadline;
    private readonly ChildOutput? _output;
    private readonly ChildOutput _error;

    private ChildProcess(ProcessStartInfo start, TimeSpan limit, bool closesOutput)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _commandLine = string.Join(' ', [start.FileName, .. start.ArgumentList]);
        _limit = limit;
        _process = Process.Start(start)!;
        _deadline = new CancellationTokenSource(limit);
        if (closesOutput)
        {
            _process.StandardOutput.Close();
        }
        else
        {
            _output = new ChildOutput(_process.StandardOutput.BaseStream);
        }

        _error = new ChildOutput(_process.StandardError.BaseStream);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    public static ChildProcess Start(string program, params string[] arguments) => Start(new ProcessStartInfo(program, arguments));

    /// <summary>Starts a program.</summary>
    /// <param name="start">The program; its standard streams become pipes.</param>
    /// <param name="limit">The time limit; <see cref="DefaultLimit"/> if it is null.</param>
    /// <param name="closesOutput">Whether the reading end of its standard output is closed at once.</param>
    public static ChildProcess Start(ProcessStartInfo start, TimeSpan? limit = null, bool closesOutput = false) =>
        new(start, limit ?? DefaultLimit, closesOutput);

    /// <summary>Runs a program to its end, with an empty standard input.</summary>
    public static async Task<ChildResult> RunAsync(string program, params string[] arguments)
    {
        using ChildProcess process = Start(program, arguments);
        return await process.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Writes to its standard input.</summary>
    /// <exception cref="IOException">It has closed its standard input, or has ended.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => AwaitAsync("to take its input", async token =>
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes, token).ConfigureAwait(false);
        await _process.StandardInput.BaseStream.FlushAsync(token).ConfigureAwait(false);
        return true;
    });

    /// <summary>Reads the next line of its standard output. Returns null at the end.</summary>
    public Task<string?> ReadLineAsync() => AwaitAsync("to write a line", token => _output!.ReadLineAsync(token));

    /// <summary>Waits until a condition holds, which it checks every 10 ms.</summary>
    /// <param name="what">The condition in words, such as "to make the file".</param>
    /// <param name="condition">The condition.</param>
    /// <exception cref="InvalidOperationException">The program has ended, and the condition does not hold.</exception>
    public Task UntilAsync(string what, Func<bool> condition) => AwaitAsync(what, async token =>
    {
        while (!condition())
        {
            if (HasExited && !condition())
            {
                throw new InvalidOperationException(
                    $"The test waited for '{_commandLine}' {what}; it ended with exit code {_process.ExitCode}. {Said()}");
            }

            await Task.Delay(10, token).ConfigureAwait(false);
        }

        return true;
    });

    /// <summary>
    /// Sends it a signal, such as INT. The program must have been started with <see cref="ChildSignals.WithDefaults"/>, because it may
    /// ignore signals otherwise.
    /// </summary>
    public async Task SignalAsync(string signal)
    {
        ChildResult kill = await RunAsync("kill", $"-{signal}", Id.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        Assert.True(kill.ExitCode == 0, $"kill -{signal} of '{_commandLine}': {kill.Error} {Said()}");
    }

    /// <summary>Writes the input, closes its standard input, and waits until it has ended and its outputs are closed.</summary>
    public async Task<ChildResult> EndAsync(ReadOnlyMemory<byte> input = default)
    {
        if (!input.IsEmpty)
        {
            await WriteAsync(input).ConfigureAwait(false);
        }

        CloseInput();
        return await EndWithInputOpenAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until it has ended and its outputs are closed, while its standard input stays open.</summary>
    public Task<ChildResult> EndWithInputOpenAsync() => AwaitAsync("to end", async token =>
    {
        await _process.WaitForExitAsync(token).ConfigureAwait(false);
        await Task.WhenAll(_output?.Ended ?? Task.CompletedTask, _error.Ended).WaitAsync(token).ConfigureAwait(false);
        return new ChildResult(_process.ExitCode, _output?.ReadRest() ?? [], _error.ReadRest());
    });

    /// <summary>Does the same as <see cref="EndAsync"/>, for tests that do not await.</summary>
    public ChildResult End(byte[]? input = null) => EndAsync(input).GetAwaiter().GetResult();

    /// <summary>Ends it at once, with all processes that it has started.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        if (!HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Returns its command line and its output.</summary>
    public override string ToString() => $"'{_commandLine}'. {Said()}";

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has ended, so nothing can be flushed.
        }
    }

    private async Task<T> AwaitAsync<T>(string what, Func<CancellationToken, Task<T>> wait)
    {
        try
        {
            return await wait(_deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_deadline.IsCancellationRequested)
        {
            Kill();
            throw new TimeoutException(
                $"The test waited for '{_commandLine}' {what}; the {_limit.TotalSeconds:N0} s that the program has are over. {Said()}");
        }
    }

    private string Said() => $"It wrote to standard output: \"{_output}\", and to standard error: \"{_error}\".";
}
