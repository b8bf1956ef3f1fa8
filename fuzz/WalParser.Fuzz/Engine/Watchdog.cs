using System.Diagnostics;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// Saves the input and ends the process when an execution hangs in code that is not instrumented. It measures the processor time of the
/// process, so that a busy machine does not look like a hang. A process that waits uses no processor time; for it, the limit is ten times
/// as much elapsed time.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>The default limit: more processor time than any execution takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TimeSpan _limit;
    private readonly Action<byte[]> _hung;
    private readonly Timer _timer;
    private byte[]? _current;
    private long _execution;
    private long _seen = -1;
    private TimeSpan _processorTime;
    private long _since;

    /// <param name="limit">The processor time that an execution may take.</param>
    /// <param name="hung">Called with the input of an execution that takes longer. It does not return.</param>
    public Watchdog(TimeSpan limit, Action<byte[]> hung)
    {
        _limit = limit;
        _hung = hung;
        _timer = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Begin(byte[] input)
    {
        Volatile.Write(ref _current, input);
        Interlocked.Increment(ref _execution);
    }

    public void End() => Volatile.Write(ref _current, null);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        byte[]? input = Volatile.Read(ref _current);
        long execution = Interlocked.Read(ref _execution);
        TimeSpan processorTime = Process.GetCurrentProcess().TotalProcessorTime;
        if (input is null || execution != _seen)
        {
            _seen = execution;
            _processorTime = processorTime;
            _since = Stopwatch.GetTimestamp();
        }
        else if (processorTime - _processorTime > _limit || Stopwatch.GetElapsedTime(_since) > _limit * 10)
        {
            _hung(input);
        }
    }
}
