using ZstdSharp.Unsafe;

namespace WalParser.Compression;

/// <summary>
/// A reusable decoder of Zstandard frames (RFC 8878) that accepts pieces of any size, based on the streaming interface of ZstdSharp. Not
/// safe for concurrent use by multiple threads. A frame that is complete in the source is decoded directly into the destination if it has
/// enough room; otherwise, the context allocates a buffer of the size that the frame claims for its window or its content, whichever is
/// smaller, and therefore never more than the limit.
/// </summary>
internal sealed unsafe class ZstdDecoder : IFrameDecoder
{
    /// <summary>The default limit for the window: 128 MiB, and the one additional byte that libzstd allows.</summary>
    public const long DefaultWindowLimit = (128L << 20) + 1;

    private const int Idle = 0, Busy = 1, Disposed = 2;

    private readonly ZstdContext _handle;
    private readonly long _windowLimit;
    private readonly ZstdDictionaries _dictionaries;
    private readonly bool _isStepwise;
    private bool _isInFrame;
    private int _state;
    private uint _loadedDictionary;
    private DecompressionStatus? _failure;

    /// <summary>Creates a decoder.</summary>
    /// <param name="windowLimit">The largest window that a frame may require, from 1 KiB to 1 GiB.</param>
    /// <param name="dictionaries">The dictionaries for frames that refer to one.</param>
    /// <param name="isStepwise">
    /// Whether a call processes at most one block. ZSTD_decompressStream does not report how much it delivered before a failure; a call for
    /// a single block delivers nothing before it fails.
    /// </param>
    public ZstdDecoder(long windowLimit = DefaultWindowLimit, ZstdDictionaries? dictionaries = null, bool isStepwise = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowLimit, 1L << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowLimit, 1L << 30);
        (_windowLimit, _dictionaries, _isStepwise) = (windowLimit, dictionaries ?? ZstdDictionaries.Empty, isStepwise);
        _handle = new ZstdContext(windowLimit);
    }

    public string? Reason { get; private set; }

    public bool IsBetweenFrames => !_isInFrame && _failure is null;

    /// <summary>The size of the context's memory, in bytes.</summary>
    public long MemorySize => (long)Methods.ZSTD_sizeof_DCtx(_handle.Pointer);

    /// <summary>Resets the decoder; the next piece must begin with a frame. Memory is kept for reuse.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_state == Disposed, this);
        if (_isInFrame || _failure is not null)
        {
            Methods.ZSTD_DCtx_reset(_handle.Pointer, ZSTD_ResetDirective.ZSTD_reset_session_only);
        }

        (_isInFrame, _failure, Reason) = (false, null, null);
    }

    /// <summary>Decodes a piece of a frame.</summary>
    /// <param name="source">The piece; it begins where the last call stopped, after <paramref name="consumed"/> bytes.</param>
    /// <param name="destination">The destination for output.</param>
    /// <param name="consumed">The number of bytes of <paramref name="source"/> that were consumed.</param>
    /// <param name="written">The number of bytes that were written to <paramref name="destination"/>; 0 if the call fails.</param>
    /// <returns>
    /// <see cref="DecompressionStatus.NeedMoreInput"/> if the piece was consumed (except for an incomplete frame header; in a stepwise
    /// decoder, one step of it) and its output was delivered; <see cref="DecompressionStatus.Done"/> at the end of a frame, even if the
    /// piece continues with another frame; <see cref="DecompressionStatus.DestinationTooSmall"/> if more output remains for a call with
    /// more room, even if the piece was consumed. Any other status is a failure, which remains until <see cref="Reset"/>.
    /// </returns>
    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);

        // A second thread would corrupt the unmanaged memory. If another thread disposes the decoder during a call, the end of the call
        // frees the memory.
        int state = Interlocked.CompareExchange(ref _state, Busy, Idle);
        ObjectDisposedException.ThrowIf(state == Disposed, this);
        _ = state == Idle ? state : throw new InvalidOperationException("Two threads use the decoder of the compressed data concurrently.");
        try
        {
            fixed (byte* from = source, to = destination)
            {
                var input = new ZSTD_inBuffer_s { src = from, size = (nuint)source.Length };
                var output = new ZSTD_outBuffer_s { dst = to, size = (nuint)destination.Length };
                DecompressionStatus status = _failure ?? (_isInFrame ? null : Begin(&input, &output)) ?? Continue(&input, &output);
                (consumed, written) = ((int)input.pos, (int)output.pos);
                return status;
            }
        }
        finally
        {
            if (Interlocked.CompareExchange(ref _state, Idle, Busy) != Busy)
            {
                _handle.Dispose();
            }
        }
    }

    /// <summary>Resets the decoder, and decompresses one or more complete frames, which may include skippable ones.</summary>
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Reset();
        int total = 0;
        DecompressionStatus status;
        do
        {
            status = Decode(source, destination[total..], out int consumed, out int written);
            total += written;
            source = source[consumed..];
        }
        while (status == DecompressionStatus.Done && !source.IsEmpty);
        return ResultOf(status, total);
    }

    /// <summary>Returns the result of the calls that ended with a status.</summary>
    public DecompressionResult ResultOf(DecompressionStatus status, int written) => status switch
    {
        DecompressionStatus.Done => DecompressionResult.Done(written),
        DecompressionStatus.NeedMoreInput => DecompressionResult.Failed(status, "the source ends within a frame", written),
        DecompressionStatus.DestinationTooSmall => DecompressionResult.Failed(status, "the destination is too small", written),
        _ => DecompressionResult.Failed(status, Reason ?? "", written),
    };

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Disposed) == Idle)
        {
            _handle.Dispose();
        }
    }

    // Checks the header of a frame and loads the dictionary. Returns null if decoding of the frame can continue.
    private DecompressionStatus? Begin(ZSTD_inBuffer_s* input, ZSTD_outBuffer_s* output)
    {
        // A single frame with a single segment and without a dictionary, as in RocksDB's logs, is decoded in one call, which is faster.
        // (RFC 8878, 3.1.1.1: bit 5 of the descriptor is the single-segment flag.) If this fails, the streaming interface decodes the
        // frame, because it reports how far it came.
        if (!_isStepwise && _loadedDictionary == 0 && input->size > 5 && (((byte*)input->src)[4] & 0x2B) == 0x20
            && Methods.ZSTD_findFrameCompressedSize(input->src, input->size) == input->size)
        {
            nuint written = Methods.ZSTD_decompressDCtx(_handle.Pointer, output->dst, output->size, input->src, input->size);
            if (!Methods.ZSTD_isError(written) && written <= (nuint)_windowLimit)
            {
                (input->pos, output->pos) = (input->size, written);
                return DecompressionStatus.Done;
            }
        }

        ZSTD_frameHeader header;
        nuint needed = Methods.ZSTD_getFrameHeader(&header, input->src, input->size);
        if (needed != 0)
        {
            return Methods.ZSTD_isError(needed) ? Fail(needed) : DecompressionStatus.NeedMoreInput;
        }

        bool isSkippable = header.frameType == ZSTD_frameType_e.ZSTD_skippableFrame;
        if (!isSkippable && header.windowSize > (ulong)_windowLimit)
        {
            return Fail(
                DecompressionStatus.WindowTooLarge,
                $"the frame's window of {header.windowSize} bytes is larger than the {_windowLimit} allowed");
        }

        if (!isSkippable && header.dictID != _loadedDictionary && !TryLoad(header.dictID))
        {
            return Fail(
                DecompressionStatus.DictionaryRequired, $"the frame was made with dictionary {header.dictID}, which was not supplied");
        }

        input->size = _isStepwise ? header.headerSize : input->size;
        _isInFrame = true;
        return null;
    }

    // Loads the dictionary of the next frame into the context; 0 unloads it.
    private bool TryLoad(uint id)
    {
        byte[]? dictionary = null;
        if (id != 0 && !_dictionaries.TryGet(id, out dictionary))
        {
            return false;
        }

        fixed (byte* start = dictionary)
        {
            _loadedDictionary = 0;
            nuint result = Methods.ZSTD_DCtx_loadDictionary(_handle.Pointer, start, (nuint)(dictionary?.Length ?? 0));
            _loadedDictionary = Methods.ZSTD_isError(result)
                ? throw new InsufficientMemoryException("There is not enough memory for a Zstandard dictionary.")
                : id;
            return true;
        }
    }

    private DecompressionStatus Continue(ZSTD_inBuffer_s* input, ZSTD_outBuffer_s* output)
    {
        ZSTD_DCtx_s* context = _handle.Pointer;
        bool hasMore = context->streamStage == ZSTD_dStreamStage.zdss_flush;

        // Calls that cannot make progress are avoided: the context treats 16 of them as an endless loop.
        if (hasMore ? output->size == 0 : input->size == 0)
        {
            return hasMore ? DecompressionStatus.DestinationTooSmall : DecompressionStatus.NeedMoreInput;
        }

        bool isBegun = context->streamStage != ZSTD_dStreamStage.zdss_init;
        if (_isStepwise && isBegun)
        {
            input->size = Math.Min(input->size, Math.Max(Methods.ZSTD_nextSrcSizeToDecompress(context) - context->inPos, 1));
        }

        nuint result;
        try
        {
            result = Methods.ZSTD_decompressStream(context, output, input);
        }
        catch (OutOfMemoryException)
        {
            // libzstd expects null from a failed malloc, but the malloc of the package throws an exception after the context has freed its
            // buffer and before it has a new one. Without this line, the buffer would be freed twice.
            context->inBuff = context->inBuffSize == 0 ? null : context->inBuff;
            Fail(DecompressionStatus.Corrupt, "there is not enough memory for the frame's window");
            throw new InsufficientMemoryException("There is not enough memory for the window of a Zstandard frame.");
        }

        if (Methods.ZSTD_isError(result))
        {
            return Fail(result);
        }

        _isInFrame = result != 0;
        return !_isInFrame ? DecompressionStatus.Done
            : context->streamStage == ZSTD_dStreamStage.zdss_flush ? DecompressionStatus.DestinationTooSmall
            : DecompressionStatus.NeedMoreInput;
    }

    private DecompressionStatus Fail(nuint error)
    {
        ZSTD_ErrorCode code = Methods.ZSTD_getErrorCode(error);
        DecompressionStatus status = code switch
        {
            ZSTD_ErrorCode.ZSTD_error_prefix_unknown => DecompressionStatus.UnknownFormat,
            ZSTD_ErrorCode.ZSTD_error_checksum_wrong => DecompressionStatus.ChecksumMismatch,
            ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge => DecompressionStatus.WindowTooLarge,
            ZSTD_ErrorCode.ZSTD_error_dictionary_wrong => DecompressionStatus.DictionaryRequired,
            _ => DecompressionStatus.Corrupt,
        };

        // The room that the caller supplies is not the cause: a block or a frame has more content than its header allows.
        string reason = code == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall
            ? "the content is larger than the frame claims or allows"
            : $"Zstandard: {Methods.ZSTD_getErrorName(error)}";
        return Fail(status, reason);
    }

    private DecompressionStatus Fail(DecompressionStatus status, string reason)
    {
        (_failure, Reason) = (status, reason);
        return status;
    }
}
