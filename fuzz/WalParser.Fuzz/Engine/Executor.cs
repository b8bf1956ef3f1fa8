using System.Diagnostics;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>Runs inputs through a target, within its bounds on steps and allocation, and under the eyes of the watchdog if there is one.</summary>
internal sealed class Executor(FuzzTarget target, Watchdog? watchdog = null, RunningInput? running = null)
{
    public FuzzTarget Target => target;

    public long Executions { get; private set; }

    /// <summary>Runs an input; what is wrong, or null. The counters of <see cref="EdgeMap"/> are then those of this run.</summary>
    public Exception? Run(byte[] input)
    {
        Executions++;
        running?.Put(input);
        watchdog?.Begin(input);
        try
        {
            if (!TryRun(input, out Exception? failure, out long allocated) || allocated <= LimitOf(target.AllocationLimit, input))
            {
                return failure;
            }

            // The first run of a path also allocates what is made once; the second shows what the input costs.
            return !TryRun(input, out failure, out allocated) || allocated <= LimitOf(target.AllocationLimit, input)
                ? failure
                : new OracleException("allocation", $"{allocated} bytes for {input.Length}, {LimitOf(target.AllocationLimit, input)} are allowed");
        }
        finally
        {
            watchdog?.End();
        }
    }

    [StackTraceHidden]
    private bool TryRun(byte[] input, out Exception? failure, out long allocated)
    {
        failure = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        EdgeMap.Begin(LimitOf(target.StepLimit, input));
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        EdgeMap.End();
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return failure is null;
    }

    private static long LimitOf((long Base, long PerByte) limit, byte[] input) => limit.Base + (limit.PerByte * input.Length);
}
