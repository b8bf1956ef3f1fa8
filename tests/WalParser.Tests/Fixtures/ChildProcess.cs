using System.Diagnostics;
using System.Globalization;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// A program that a test starts. It has a time limit: a wait for it that is not over by then kills it and throws a
/// <see cref="TimeoutException"/> that says what was awaited and what the program wrote.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>
    /// How long a program may take in all, if the test says nothing else: only one that hangs takes so long, also on a busy machine.
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
    /// <param name="limit">How long it may take in all; <see cref="DefaultLimit"/> if it is left out.</param>
    /// <param name="closesOutput">Whether nobody reads its standard output: the pipe's other end is closed at once.</param>
    public static ChildProcess Start(ProcessStartInfo start, TimeSpan? limit = null, bool closesOutput = false) =>
        new(start, limit ?? DefaultLimit, closesOutput);

    /// <summary>Runs a program to its end, with nothing on its standard input.</summary>
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

    /// <summary>The next line of its standard output; null at the end.</summary>
    public Task<string?> ReadLineAsync() => AwaitAsync("to write a line", token => _output!.ReadLineAsync(token));

    /// <summary>Waits until a condition holds, which is looked at every 10 ms.</summary>
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
    /// Sends it a signal, such as INT. It must have been started with <see cref="ChildSignals.WithDefaults"/>: signals may be ignored otherwise.
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
        return new ChildResult(_process.ExitCode, _output?.TakeRest() ?? [], _error.TakeRest());
    });

    /// <summary>As <see cref="EndAsync"/>, for tests that do not await.</summary>
    public ChildResult End(byte[]? input = null) => EndAsync(input).GetAwaiter().GetResult();

    /// <summary>Ends it, with all processes that it has started, at once.</summary>
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

    /// <summary>Its command line and what it has written.</summary>
    public override string ToString() => $"'{_commandLine}'. {Said()}";

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended; there is nothing left to flush.
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
