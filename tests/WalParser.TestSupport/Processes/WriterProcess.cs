using System.Globalization;
using System.Text;

namespace WalParser.TestSupport.Processes;

/// <summary>
/// A process that writes logs into a folder (WalParser.LogWriterProcess). The test reports to it what the reader has read.
/// </summary>
public sealed class WriterProcess : IDisposable
{
    private readonly ChildProcess _process;

    /// <summary>Starts the process.</summary>
    /// <param name="folder">The folder of the logs.</param>
    /// <param name="seed">The seed of its random choices.</param>
    /// <param name="records">The number of records. Their sequence numbers begin with 1.</param>
    /// <param name="recordsPerLog">The average number of records in a log.</param>
    /// <param name="ahead">The number of records that it may be ahead of the reader.</param>
    /// <param name="fate">What it does with a full log: Kept, Archived, Deleted or Recycled.</param>
    /// <param name="isNumbered">Whether the records carry the log number.</param>
    public WriterProcess(string folder, int seed, int records, int recordsPerLog, int ahead, string fate, bool isNumbered)
    {
        int[] numbers = [seed, records, recordsPerLog, ahead];
        string program = Path.Combine(AppContext.BaseDirectory, "WalParser.LogWriterProcess.dll");
        IEnumerable<string> texts = numbers.Select(number => number.ToString(CultureInfo.InvariantCulture));
        _process = ChildProcess.Start("dotnet", [program, folder, .. texts, fate, isNumbered.ToString()]);
    }

    /// <summary>Reports that the reader has opened a log.</summary>
    public void ReportOpened(ulong log) => Report("opened", log);

    /// <summary>Reports that the reader has read a record.</summary>
    public void ReportRead(ulong sequence) => Report("read", sequence);

    /// <summary>
    /// Waits until the process has ended, which it does when it has written all records. Returns its standard error, which is empty if it
    /// succeeded.
    /// </summary>
    public async Task<string> EndAsync() => (await _process.EndWithInputOpenAsync()).Error;

    public void Dispose() => _process.Dispose();

    /// <summary>Returns its command line and its output.</summary>
    public override string ToString() => _process.ToString();

    private void Report(string what, ulong number)
    {
        try
        {
            byte[] line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {number}\n"));
            _process.WriteAsync(line).GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // The process has written all records, and has ended.
        }
    }
}
