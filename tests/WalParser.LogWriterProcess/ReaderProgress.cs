using System.Globalization;

namespace WalParser.LogWriterProcess;

/// <summary>
/// The progress of the reader, which it reports on standard input, one line for each step: <c>opened LOG</c> and <c>read SEQUENCE</c>. The
/// writer stays in step with it, however busy the machine is.
/// </summary>
internal sealed class ReaderProgress
{
    /// <summary>The longest time between two reports of the reader. Only a hung reader exceeds it, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly object _lock = new();
    private readonly HashSet<ulong> _opened = [];
    private ulong _read;

    public ReaderProgress(TextReader input) => new Thread(() => Listen(input)) { IsBackground = true }.Start();

    public bool HasOpened(ulong log)
    {
        lock (_lock)
        {
            return _opened.Contains(log);
        }
    }

    public bool HasRead(ulong sequence)
    {
        lock (_lock)
        {
            return _read >= sequence;
        }
    }

    public void WaitUntilOpened(ulong log) => WaitUntil($"log {log} is opened", () => _opened.Contains(log));

    public void WaitUntilRead(ulong sequence) => WaitUntil($"sequence number {sequence} is read", () => _read >= sequence);

    private void WaitUntil(string what, Func<bool> condition)
    {
        lock (_lock)
        {
            while (!condition())
            {
                // The reader reports each record, so that the wait for a report is limited and the total time is not.
                if (!Monitor.Wait(_lock, Patience))
                {
                    string opened = string.Join(", ", _opened);
                    throw new TimeoutException(
                        $"The writer waited until {what}, and the reader reported nothing for {Patience}. It has read {_read}, and opened "
                            + $"{opened}.");
                }
            }
        }
    }

    private void Listen(TextReader input)
    {
        while (input.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            ulong number = ulong.Parse(words[1], CultureInfo.InvariantCulture);
            lock (_lock)
            {
                if (words[0] == "opened")
                {
                    _opened.Add(number);
                }
                else
                {
                    _read = number;
                }

                Monitor.PulseAll(_lock);
            }
        }

        // The reader has ended.
        Environment.Exit(1);
    }
}
