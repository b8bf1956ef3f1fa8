using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace WalParser.Writing;

/// <summary>
/// Compresses records as RocksDB's log writer does (<c>ZSTDStreamingCompress</c> in <c>util/compression.cc</c>): each record is one
/// Zstandard frame with a checksum, and comes out in chunks. The whole record is given to each call, so that the frame states its content's
/// size and never needs a larger window. The context lies in native memory, which <see cref="SafeHandle.Dispose()"/> frees; the finalizer
/// frees it where nobody disposed it. The handle counts its users, so that memory which a call is at work on is freed after that call.
/// </summary>
internal sealed unsafe class ZstdCompressor : SafeHandle
{
    private static int _liveCount;

    /// <exception cref="InsufficientMemoryException">There is no native memory for it.</exception>
    public ZstdCompressor(int level)
        : base(0, ownsHandle: true)
    {
        ZSTD_CCtx_s* context = Methods.ZSTD_createCCtx();
        if (context == null)
        {
            throw new InsufficientMemoryException("There is no native memory for a Zstandard compressor.");
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

    /// <summary>How many instances of this process hold native memory.</summary>
    public static int LiveCount => Volatile.Read(ref _liveCount);

    public override bool IsInvalid => handle == 0;

    /// <summary>How much native memory it holds, in bytes: what the level and the longest record so far need.</summary>
    public long NativeSize
    {
        get
        {
            using var use = new Use(this);
            return (long)Methods.ZSTD_sizeof_CCtx(use.Context);
        }
    }

    /// <summary>Begins a frame, also where the one before it did not come to its end.</summary>
    public void Begin()
    {
        using var use = new Use(this);
        Check(Methods.ZSTD_CCtx_reset(use.Context, ZSTD_ResetDirective.ZSTD_reset_session_only));
    }

    /// <summary>Makes the next chunk of the frame.</summary>
    /// <param name="record">The whole record, the same in each call for a frame. It is not empty.</param>
    /// <param name="taken">How many bytes of the record are compressed: at first 0.</param>
    /// <param name="chunk">Room for the chunk, of the same length in each call. It is filled, unless the frame ends in it.</param>
    /// <param name="length">How many bytes the chunk has.</param>
    /// <returns>Whether the frame ends with this chunk.</returns>
    /// <exception cref="InvalidOperationException">The package could not compress the record.</exception>
    /// <exception cref="ObjectDisposedException">The compressor was disposed.</exception>
    public bool Compress(ReadOnlySpan<byte> record, ref int taken, Span<byte> chunk, out int length)
    {
        using var use = new Use(this);
        fixed (byte* source = record, destination = chunk)
        {
            var input = new ZSTD_inBuffer_s { src = source, size = (nuint)record.Length, pos = (nuint)taken };
            var output = new ZSTD_outBuffer_s { dst = destination, size = (nuint)chunk.Length };
            nuint remaining = Check(Methods.ZSTD_compressStream2(use.Context, &output, &input, ZSTD_EndDirective.ZSTD_e_end));
            taken = (int)input.pos;
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

    /// <summary>Keeps the context from being freed while a call is at work on it.</summary>
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
