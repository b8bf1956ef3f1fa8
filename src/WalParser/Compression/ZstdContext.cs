using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace WalParser.Compression;

/// <summary>
/// A decompression context of ZstdSharp, in unmanaged memory. The owner disposes it; otherwise, the finalizer of <see cref="SafeHandle"/>
/// frees it.
/// </summary>
internal sealed unsafe class ZstdContext : SafeHandle
{
    private static int _liveCount;

    /// <summary>Allocates a context that rejects frames whose window is larger than <paramref name="windowLimit"/>.</summary>
    public ZstdContext(long windowLimit)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)Methods.ZSTD_createDCtx());
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("There is not enough memory for a Zstandard decompression context.");
        }

        Interlocked.Increment(ref _liveCount);
        Methods.ZSTD_DCtx_setMaxWindowSize(Pointer, (nuint)windowLimit);
    }

    /// <summary>The number of allocated contexts in the process, with which tests find contexts that were not freed.</summary>
    public static int LiveCount => Volatile.Read(ref _liveCount);

    public override bool IsInvalid => handle == 0;

    /// <summary>The pointer to the context; valid until the handle is disposed.</summary>
    public ZSTD_DCtx_s* Pointer => (ZSTD_DCtx_s*)handle;

    protected override bool ReleaseHandle()
    {
        Methods.ZSTD_freeDCtx(Pointer);
        Interlocked.Decrement(ref _liveCount);
        return true;
    }
}
