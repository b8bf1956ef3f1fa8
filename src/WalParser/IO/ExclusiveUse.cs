using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace WalParser.IO;

/// <summary>
/// Detects a second read of a reader while another read is pending: by another thread, or by a caller that did not await the first one.
/// The state of a reader is not made for that, and would show damage where there is none. A read calls <see cref="Enter"/> first and
/// <see cref="Exit"/> last. Must be a field that is not readonly.
/// </summary>
internal struct ExclusiveUse
{
    private int _isInUse;

    /// <summary>Begins a read.</summary>
    /// <exception cref="InvalidOperationException">Another read is pending. It is not affected.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.Exchange(ref _isInUse, 1) != 0)
        {
            ThrowInUse();
        }
    }

    /// <summary>Ends a read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _isInUse, 0);

    [DoesNotReturn]
    private static void ThrowInUse() => throw new InvalidOperationException(
        "A read of this reader is pending. A reader supports one read at a time: await it before the next one, and use a reader for each "
        + "thread.");
}
