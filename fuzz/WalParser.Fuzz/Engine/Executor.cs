using System.Diagnostics;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>Runs inputs through a target, within its bounds on steps and allocation, and under the eyes of the watchdog if there is one.</summary>
internal sealed class Executor(FuzzTarget target, Watchdog? watchdog = null, RunningInput? running = null)
{
    /// <summary>How many more steps are granted to see where a hang is: Fibonacci's numbers, which fall in with the period of hardly any loop.</summary>
    private static readonly int[] Extensions = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946];

    public FuzzTarget Target => target;

    /// <summary>How many steps any execution may take, instead of what the target allows.</summary>
    public long? StepLimit { get; init; }

    public long Executions { get; private set; }

    /// <summary>Runs an input; what is wrong, or null. The counters of <see cref="EdgeMap"/> are then those of this run.</summary>
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

            // The first run of a path also allocates what is made once; the second shows what the input costs.
            return !TryRun(input, steps, out failure, out allocated) || allocated <= LimitOf(target.AllocationLimit, input)
                ? failure
                : new OracleException("allocation", $"{allocated} bytes for {input.Length}, {LimitOf(target.AllocationLimit, input)} are allowed");
        }
        finally
        {
            watchdog?.End();
        }
    }

    /// <summary>
    /// Finds the methods around a loop that does not end. Where in it the limit is reached is chance; the outer part of the stack, that other limits
    /// show as well, is not.
    /// </summary>
    private void Locate(StepLimitException hang, byte[] input, long steps)
    {
        List<string> common = [.. Finding.PlacesOf(hang).Reverse()];
        foreach (int more in Extensions)
        {
            if (!TryRun(input, steps + more, out Exception? failure, out _) && failure is StepLimitException again)
            {
                int same = common.Zip(Finding.PlacesOf(again).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
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
