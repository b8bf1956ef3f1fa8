using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Counts the edges that instrumented code takes, as AFL does: 64 KiB of counters, in which the index of an edge is the id of its block
/// exclusive-or half of the id of the previous block. It counts for one thread, because the fuzzed code runs on one. It is public because
/// instrumented assemblies call it.
/// </summary>
public static unsafe class EdgeMap
{
    /// <summary>The number of counters, each of one byte: AFL's <c>MAP_SIZE</c>.</summary>
    public const int Size = 1 << 16;

    private static byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private static int _previous;
    private static long _steps;
    private static long _limit = long.MaxValue;

    /// <summary>The current counters.</summary>
    public static ReadOnlySpan<byte> Counters => new(_map, Size);

    /// <summary>
    /// The number of blocks that were entered since the last <see cref="Begin"/>: a measure of time that is the same on every machine.
    /// </summary>
    public static long Steps => _steps;

    /// <summary>Begins an execution and sets all counters to zero.</summary>
    /// <param name="limit">The number of blocks that may be entered before a <see cref="StepLimitException"/> ends the execution.</param>
    public static void Begin(long limit)
    {
        new Span<byte>(_map, Size).Clear();
        _previous = 0;
        _steps = 0;
        _limit = limit;
    }

    /// <summary>Ends an execution. Code that runs afterwards has no step limit.</summary>
    public static void End() => _limit = long.MaxValue;

    /// <summary>Counts a block. Instrumented code calls it at the beginning of each block.</summary>
    /// <param name="block">The block's id, less than <see cref="Size"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(int block)
    {
        // As AFL++'s NeverZero: a counter that overflows continues at 1. Otherwise an edge taken 256 times would look like one that was not
        // taken.
        ref byte counter = ref _map[block ^ _previous];
        int count = counter + 1;
        counter = (byte)(count + (count >> 8));
        _previous = block >> 1;
        if (++_steps > _limit)
        {
            ThrowTooManySteps();
        }
    }

    /// <summary>Replaces the counters with memory that is shared with another program.</summary>
    internal static void Attach(byte* shared) => _map = shared;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooManySteps() => throw new StepLimitException(_steps);
}
