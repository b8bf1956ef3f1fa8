using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace WalParser.Compression;

/// <summary>
/// A decompression context of ZstdSharp, which lies in memory that the garbage collector does not manage. Owners dispose it; the finalizer of
/// <see cref="SafeHandle"/> frees what an owner forgot.
/// </summary>
internal sealed unsafe class ZstdContext : SafeHandle
{
    private static int _liveCount;

    /// <summary>Allocates a context that refuses frames whose window is larger than <paramref name="windowLimit"/>.</summary>
    public ZstdContext(long windowLimit)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)Methods.ZSTD_createDCtx());
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for a Zstandard decompression context.");
        }

        Interlocked.Increment(ref _liveCount);
        Methods.ZSTD_DCtx_setMaxWindowSize(Pointer, (nuint)windowLimit);
    }

    /// <summary>How many contexts of the process are allocated, so that tests can count what was not freed.</summary>
    public static int LiveCount => Volatile.Read(ref _liveCount);

    public override bool IsInvalid => handle == 0;

    /// <summary>The context; valid while this is not disposed.</summary>
    public ZSTD_DCtx_s* Pointer => (ZSTD_DCtx_s*)handle;

    protected override bool ReleaseHandle()
    {
        Methods.ZSTD_freeDCtx(Pointer);
        Interlocked.Decrement(ref _liveCount);
        return true;
    }
}
