using System.Diagnostics;
using System.Globalization;

namespace WalParser.Tests.Fixtures;

/// <summary>Another process that writes logs into a folder (WalParser.LogWriterProcess), and is told how far its reader has come.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="folder">Where it writes.</param>
    /// <param name="seed">What its random choices come from.</param>
    /// <param name="records">How many records it writes; their sequence numbers begin with 1.</param>
    /// <param name="recordsPerLog">How many into a log, on the average.</param>
    /// <param name="ahead">How many it may be ahead of the reader.</param>
    /// <param name="fate">What becomes of a full log: Kept, Archived, Deleted or Recycled.</param>
    /// <param name="isNumbered">Whether the records carry the log's number.</param>
    public WriterProcess(string folder, int seed, int records, int recordsPerLog, int ahead, string fate, bool isNumbered)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WalParser.LogWriterProcess.dll"));
        start.ArgumentList.Add(folder);
        foreach (int number in (ReadOnlySpan<int>)[seed, records, recordsPerLog, ahead])
        {
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        start.ArgumentList.Add(fate);
        start.ArgumentList.Add(isNumbered.ToString());
        _process = Process.Start(start)!;
    }

    /// <summary>The reader has opened a log.</summary>
    public void TellOpened(ulong log) => Tell("opened", log);

    /// <summary>The reader has read a record.</summary>
    public void TellRead(ulong sequence) => Tell("read", sequence);

    /// <summary>Waits until it has ended, which it does once it has written all; what it says if something went wrong.</summary>
    public async Task<string> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return await _process.StandardError.ReadToEndAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Tell(string what, ulong number)
    {
        try
        {
            _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
        }
        catch (IOException)
        {
            // It has written all, and has ended.
        }
    }
}
