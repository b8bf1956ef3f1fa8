using System.Globalization;
using System.Text;

namespace WalParser.Tests.Fixtures;

/// <summary>Another process that writes logs into a folder (WalParser.LogWriterProcess), and is told how far its reader has come.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly ChildProcess _process;

    /// <param name="folder">Where it writes.</param>
    /// <param name="seed">What its random choices come from.</param>
    /// <param name="records">How many records it writes; their sequence numbers begin with 1.</param>
    /// <param name="recordsPerLog">How many into a log, on the average.</param>
    /// <param name="ahead">How many it may be ahead of the reader.</param>
    /// <param name="fate">What becomes of a full log: Kept, Archived, Deleted or Recycled.</param>
    /// <param name="isNumbered">Whether the records carry the log's number.</param>
    public WriterProcess(string folder, int seed, int records, int recordsPerLog, int ahead, string fate, bool isNumbered)
    {
        int[] numbers = [seed, records, recordsPerLog, ahead];
        string program = Path.Combine(AppContext.BaseDirectory, "WalParser.LogWriterProcess.dll");
        _process = ChildProcess.Start(
            "dotnet", [program, folder, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)), fate, isNumbered.ToString()]);
    }

    /// <summary>The reader has opened a log.</summary>
    public void TellOpened(ulong log) => Tell("opened", log);

    /// <summary>The reader has read a record.</summary>
    public void TellRead(ulong sequence) => Tell("read", sequence);

    /// <summary>Waits until it has ended, which it does once it has written all; what it says if something went wrong.</summary>
    public async Task<string> EndAsync() => (await _process.EndWithInputOpenAsync()).Error;

    public void Dispose() => _process.Dispose();

    /// <summary>Its command line and what it has written.</summary>
    public override string ToString() => _process.ToString();

    private void Tell(string what, ulong number)
    {
        try
        {
            byte[] line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {number}\n"));
            _process.WriteAsync(line).GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // It has written all, and has ended.
        }
    }
}
