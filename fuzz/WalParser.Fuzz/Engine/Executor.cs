using System.Diagnostics;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>Runs inputs through a target, with limits on steps and allocated memory, and monitored by a watchdog if there is one.</summary>
internal sealed class Executor(FuzzTarget target, Watchdog? watchdog = null, RunningInput? running = null)
{
    /// <summary>
    /// The additional steps that are allowed in turn to locate a hang. They are Fibonacci numbers, which rarely coincide with the period of
    /// a loop.
    /// </summary>
    private static readonly int[] Extensions = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946];

    public FuzzTarget Target => target;

    /// <summary>The number of steps that any execution may take, instead of the target's own limit.</summary>
    public long? StepLimit { get; init; }

    public long Executions { get; private set; }

    /// <summary>
    /// Runs an input. Returns the failure, or null. Afterwards the counters of <see cref="EdgeMap"/> are those of this run.
    /// </summary>
    public Exception? Run(byte[] input)
    {
        Executions++;
        running?.Put(input);
        watchdog?.Begin(input);
        try
        {
            long steps = StepLimit ?? LimitOf(target.StepLimit, input);
            if (!TryRun(input, steps, out Exception? failure, out long allocated) || allocated <= LimitOf(target.AllocationLimit, input))
            {
                if (failure is StepLimitException hang)
                {
                    Locate(hang, input, steps);
                }

                return failure;
            }

            // The first run of a path also allocates objects that are created only once. The second run shows the cost of the input.
            return !TryRun(input, steps, out failure, out allocated) || allocated <= LimitOf(target.AllocationLimit, input)
                ? failure
                : new OracleException(
                    "allocation",
                    $"{allocated} bytes allocated for an input of {input.Length} bytes; the limit is "
                        + $"{LimitOf(target.AllocationLimit, input)}");
        }
        finally
        {
            watchdog?.End();
        }
    }

    /// <summary>
    /// Finds the methods around an endless loop. The place in the loop where the limit is reached is arbitrary. The outer part of the
    /// stack, which other limits show as well, is not.
    /// </summary>
    private void Locate(StepLimitException hang, byte[] input, long steps)
    {
        List<string> common = [.. FuzzFinding.PlacesOf(hang).Reverse()];
        foreach (int more in Extensions)
        {
            if (!TryRun(input, steps + more, out Exception? failure, out _) && failure is StepLimitException again)
            {
                int same = common.Zip(FuzzFinding.PlacesOf(again).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
                common.RemoveRange(same, common.Count - same);
            }
        }

        common.Reverse();
        hang.Place = string.Join(" < ", common.Take(3));
    }

    [StackTraceHidden]
    private bool TryRun(byte[] input, long steps, out Exception? failure, out long allocated)
    {
        failure = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        EdgeMap.Begin(steps);
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
