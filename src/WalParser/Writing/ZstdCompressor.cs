using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace WalParser.Writing;

/// <summary>
/// Compresses records as RocksDB's log writer does (<c>ZSTDStreamingCompress</c> in <c>util/compression.cc</c>): each record becomes one
/// Zstandard frame with a checksum, which is returned in chunks. Each call gets the whole record, so that the frame states the size of its
/// content and never needs a larger window. The context is in native memory, which <see cref="SafeHandle.Dispose()"/> frees, or else the
/// finalizer. The handle counts its users, so that memory that a call uses is freed after that call.
/// </summary>
internal sealed unsafe class ZstdCompressor : SafeHandle
{
    private static int _liveCount;

    /// <summary>Creates a compressor.</summary>
    /// <param name="level">The Zstandard level, from <see cref="MinLevel"/> to <see cref="MaxLevel"/>.</param>
    /// <exception cref="InsufficientMemoryException">There is not enough native memory.</exception>
    public ZstdCompressor(int level)
        : base(0, ownsHandle: true)
    {
        ZSTD_CCtx_s* context = Methods.ZSTD_createCCtx();
        if (context == null)
        {
            throw new InsufficientMemoryException("There is not enough native memory for a Zstandard compressor.");
        }

        Interlocked.Increment(ref _liveCount);
        SetHandle((nint)context);
        Check(Methods.ZSTD_CCtx_setParameter(context, ZSTD_cParameter.ZSTD_c_checksumFlag, 1));
        Check(Methods.ZSTD_CCtx_setParameter(context, ZSTD_cParameter.ZSTD_c_compressionLevel, level));
    }

    /// <summary>The lowest level: the fastest, with the least compression.</summary>
    public static int MinLevel => Methods.ZSTD_minCLevel();

    /// <summary>The highest level.</summary>
    public static int MaxLevel => Methods.ZSTD_maxCLevel();

    /// <summary>The number of instances in this process that hold native memory.</summary>
    public static int LiveCount => Volatile.Read(ref _liveCount);

    public override bool IsInvalid => handle == 0;

    /// <summary>The size of its native memory, in bytes. It depends on the level and the longest record so far.</summary>
    public long NativeSize
    {
        get
        {
            using var use = new Use(this);
            return (long)Methods.ZSTD_sizeof_CCtx(use.Context);
        }
    }

    /// <summary>Begins a frame, also if the frame before it is not complete.</summary>
    public void Begin()
    {
        using var use = new Use(this);
        Check(Methods.ZSTD_CCtx_reset(use.Context, ZSTD_ResetDirective.ZSTD_reset_session_only));
    }

    /// <summary>Returns the next chunk of the frame.</summary>
    /// <param name="record">The whole record, the same in each call for a frame. It is not empty.</param>
    /// <param name="consumed">The number of bytes of the record that are compressed; 0 in the first call.</param>
    /// <param name="chunk">The buffer for the chunk, of the same length in each call. It is filled, unless the frame ends in it.</param>
    /// <param name="length">The length of the chunk, in bytes.</param>
    /// <returns>Whether the frame ends with this chunk.</returns>
    /// <exception cref="InvalidOperationException">The package could not compress the record.</exception>
    /// <exception cref="ObjectDisposedException">The compressor was disposed.</exception>
    public bool Compress(ReadOnlySpan<byte> record, ref int consumed, Span<byte> chunk, out int length)
    {
        using var use = new Use(this);
        fixed (byte* source = record, destination = chunk)
        {
            var input = new ZSTD_inBuffer_s { src = source, size = (nuint)record.Length, pos = (nuint)consumed };
            var output = new ZSTD_outBuffer_s { dst = destination, size = (nuint)chunk.Length };
            nuint remaining = Check(Methods.ZSTD_compressStream2(use.Context, &output, &input, ZSTD_EndDirective.ZSTD_e_end));
            consumed = (int)input.pos;
            length = (int)output.pos;
            return remaining == 0;
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = Methods.ZSTD_freeCCtx((ZSTD_CCtx_s*)handle);
        Interlocked.Decrement(ref _liveCount);
        return true;
    }

    private static nuint Check(nuint result) =>
        Methods.ZSTD_isError(result)
            ? throw new InvalidOperationException($"The record could not be compressed: {Methods.ZSTD_getErrorName(result)}.")
            : result;

    /// <summary>Keeps the context from being freed while a call uses it.</summary>
    private readonly ref struct Use
    {
        private readonly ZstdCompressor _compressor;

        public Use(ZstdCompressor compressor)
        {
            bool isAdded = false;
            compressor.DangerousAddRef(ref isAdded);
            _compressor = compressor;
        }

        public ZSTD_CCtx_s* Context => (ZSTD_CCtx_s*)_compressor.handle;

        public void Dispose() => _compressor.DangerousRelease();
    }
}
