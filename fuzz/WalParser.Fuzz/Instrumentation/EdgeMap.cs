using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Counts the edges that instrumented code takes, as AFL does: 64 KiB of counters, and an edge's is at its block's id exclusive-or half of the id
/// of the block before. It counts for one thread: what is fuzzed runs on one. Public because instrumented assemblies call it.
/// </summary>
public static unsafe class EdgeMap
{
    /// <summary>How many counters there are, of a byte each: AFL's <c>MAP_SIZE</c>.</summary>
    public const int Size = 1 << 16;

    private static byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private static int _previous;
    private static long _steps;
    private static long _limit = long.MaxValue;

    /// <summary>The counters, as they stand.</summary>
    public static ReadOnlySpan<byte> Counters => new(_map, Size);

    /// <summary>How many blocks were entered since the last <see cref="Begin"/>: a measure of time that is the same on every machine.</summary>
    public static long Steps => _steps;

    /// <summary>Begins an execution: all counters are zero.</summary>
    /// <param name="limit">How many blocks may be entered before the execution is ended by a <see cref="StepLimitException"/>.</param>
    public static void Begin(long limit)
    {
        new Span<byte>(_map, Size).Clear();
        _previous = 0;
        _steps = 0;
        _limit = limit;
    }

    /// <summary>Ends an execution: what runs from now on is not limited.</summary>
    public static void End() => _limit = long.MaxValue;

    /// <summary>A block is entered. Instrumented code calls it at the beginning of each.</summary>
    /// <param name="block">The block's id, less than <see cref="Size"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(int block)
    {
        // As AFL++'s NeverZero: a counter that wraps goes on at 1, or an edge taken 256 times would look like one that was not.
        ref byte counter = ref _map[block ^ _previous];
        int count = counter + 1;
        counter = (byte)(count + (count >> 8));
        _previous = block >> 1;
        if (++_steps > _limit)
        {
            ThrowTooManySteps();
        }
    }

    /// <summary>Counts from now on in memory that is shared with another program.</summary>
    internal static void Attach(byte* shared) => _map = shared;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooManySteps() => throw new StepLimitException(_steps);
}
