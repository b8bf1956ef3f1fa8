using System.Buffers;

namespace WalParser.Compression;

/// <summary>
/// A reusable decoder of Zstandard frames (RFC 8878) that is fed piece by piece: each piece is used up and everything it completes is
/// put out, block by block. Dictionaries are not supported. Nothing is allocated for a size a frame merely claims.
/// </summary>
/// <remarks>
/// A frame that comes in one piece is decoded from the source straight into the destination. Only when a frame goes on in a further
/// piece, its last bytes are kept, as many as it may refer to, but no more than there are. Not safe for use by several threads at once.
/// </remarks>
public sealed unsafe partial class ZstdDecoder : IFrameDecoder
{
    /// <summary>The largest window accepted unless told otherwise: 128 MiB, and the one byte more that libzstd allows.</summary>
    public const long DefaultWindowLimit = (128L << 20) + 1;

    // The window of frames whose header names a smaller one, in what they may refer to; their blocks keep to the smaller size.
    private const ulong MinimumWindow = 1024;
    private const int BlockHeaderLength = 3;
    private const int ChecksumLength = 4;

    // What may lie between the oldest byte kept and the window's beginning: kept so that an offset a little over the window,
    // which libzstd's buffer happens to cover, is judged the same here.
    private const int HistoryMargin = 64;

    // From this size on, the window's buffer is half as large again as the window; below, twice.
    private const int LargeWindow = 8 << 20;

    // No status a caller sees: go on with the next step.
    private const DecompressionStatus Continue = (DecompressionStatus)(-1);

    private readonly ZstdBlockDecoder _blocks = new();
    private readonly long _windowLimit;
    private XxHash64 _checksum;
    private ZstdFrameHeader _header;
    private Stage _stage;
    private DecompressionStatus _failure;
    private ulong _produced;
    private ulong _claimed;
    private ulong _historyLimit;
    private int _blockSizeLimit;

    // The block or skippable frame at hand: what kind, how much of it is to come, and what follows it.
    private int _blockType;
    private uint _remaining;
    private int _repeatedLength;
    private bool _lastBlock;

    // What has come of a header, block or checksum that is not complete.
    private byte[] _held = [];
    private int _heldLength;

    // The last output of a frame that came in more than one piece. From _delivered to _windowLength it is still to be handed over.
    private byte[] _window = [];
    private int _windowLength;
    private int _delivered;
    private bool _inWindow;
    private bool _isInterrupted;

    /// <summary>Makes a decoder.</summary>
    /// <param name="windowLimit">The largest window a frame may ask for; a frame that asks for more is refused.</param>
    public ZstdDecoder(long windowLimit = DefaultWindowLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowLimit, (long)MinimumWindow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowLimit, 1L << 30);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("The Zstandard decoder is written for little-endian processors.");
        }

        _windowLimit = windowLimit;
    }

    private enum Stage
    {
        FrameHeader,
        BlockHeader,
        Block,
        Checksum,
        Skip,
        FrameEnd,
        Failed,
    }

    /// <summary>What was wrong, after a status that is a failure.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether the decoder is between frames: nothing of a frame has come that is not complete.</summary>
    public bool IsBetweenFrames => _stage == Stage.FrameHeader && _heldLength == 0;

    /// <summary>The size the frame at hand claims for its content; <see langword="null"/> if it claims none, or its header has not come.</summary>
    public ulong? ClaimedContentSize => _stage is Stage.FrameHeader or Stage.Failed or Stage.Skip or Stage.FrameEnd ? null : _header.ContentSize;

    /// <summary>Forgets everything fed so far; the next piece has to begin with a frame. Memory is kept for reuse.</summary>
    public void Reset()
    {
        _stage = Stage.FrameHeader;
        _heldLength = 0;
        _inWindow = false;
        _windowLength = 0;
        _delivered = 0;
        _produced = 0;
        _isInterrupted = false;
        Reason = null;
    }

    /// <summary>Feeds a piece of a frame.</summary>
    /// <param name="source">The piece: where the last call left off, <paramref name="consumed"/> bytes on.</param>
    /// <param name="destination">Room for output.</param>
    /// <param name="consumed">How much of <paramref name="source"/> was used.</param>
    /// <param name="written">How much output was put into <paramref name="destination"/>.</param>
    /// <returns>
    /// <see cref="DecompressionStatus.NeedMoreInput"/> when the piece was used up, all output it completes was put out and the frame
    /// goes on; <see cref="DecompressionStatus.Done"/> at the end of a frame, even if the piece goes on: what follows has to be
    /// another frame, to be fed in a further call; <see cref="DecompressionStatus.DestinationTooSmall"/> when there is more
    /// output, for a call with more room and the rest of the source. Anything else is a failure, which lasts until <see cref="Reset"/>.
    /// </returns>
    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        fixed (byte* sourceStart = source)
        {
            fixed (byte* destinationStart = destination)
            {
                var run = new Run(sourceStart, source.Length, destinationStart, destination.Length);
                var status = Decode(ref run, oneShot: false);
                consumed = run.Consumed;
                written = run.Written;
                return status;
            }
        }
    }

    /// <summary>Decompresses one or more whole frames, skippable ones among them; the decoder is reset before.</summary>
    /// <param name="source">The frames.</param>
    /// <param name="destination">Room for all their content.</param>
    /// <returns>The outcome; <see cref="DecompressionStatus.NeedMoreInput"/> if the source is cut short.</returns>
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Reset();
        fixed (byte* sourceStart = source)
        {
            fixed (byte* destinationStart = destination)
            {
                var run = new Run(sourceStart, source.Length, destinationStart, destination.Length);
                while (true)
                {
                    var status = Decode(ref run, oneShot: true);
                    if (status != DecompressionStatus.Done)
                    {
                        return DecompressionResult.Failed(status, ReasonFor(status), run.Written);
                    }

                    if (run.Consumed == source.Length)
                    {
                        return DecompressionResult.Done(run.Written);
                    }
                }
            }
        }
    }

    /// <summary>Decompresses one or more whole frames into a writer, asking it for no more at a time than a block can fill.</summary>
    /// <param name="source">The frames.</param>
    /// <param name="destination">Where their content goes.</param>
    /// <param name="maxOutputSize">The most that may be put out.</param>
    /// <returns>The outcome; <see cref="DecompressionStatus.OutputLimitExceeded"/> if there is more output than allowed.</returns>
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int maxOutputSize)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutputSize);
        Reset();
        var total = 0;
        while (true)
        {
            var room = destination.GetSpan(Math.Clamp(maxOutputSize - total, 1, NextOutput(source)));
            var allowed = room[..Math.Min(room.Length, maxOutputSize - total)];
            var status = Decode(source, allowed, out var consumed, out var written);
            destination.Advance(written);
            total += written;
            source = source[consumed..];
            switch (status)
            {
                case DecompressionStatus.Done when source.IsEmpty:
                    return DecompressionResult.Done(total);
                case DecompressionStatus.Done:
                    break;
                case DecompressionStatus.DestinationTooSmall when total < maxOutputSize:
                    break;
                case DecompressionStatus.DestinationTooSmall:
                    return DecompressionResult.Failed(DecompressionStatus.OutputLimitExceeded, "there is more output than allowed", total);
                default:
                    return DecompressionResult.Failed(status, ReasonFor(status), total);
            }
        }
    }

    private string ReasonFor(DecompressionStatus status) => status switch
    {
        DecompressionStatus.NeedMoreInput => "the source ends within a frame",
        DecompressionStatus.DestinationTooSmall => "the destination is too small",
        _ => Reason ?? status.ToString(),
    };

    // How much room to ask for: what a block may fill, or what the frame claims if that is less.
    private int NextOutput(ReadOnlySpan<byte> source)
    {
        const int most = ZstdFrameHeader.MaximumBlockSize;
        var claimed = ClaimedContentSize - _produced;
        if (IsBetweenFrames && ZstdFrameHeader.TryRead(source, out var header, out _) == DecompressionStatus.Done && !header.IsSkippable)
        {
            claimed = header.ContentSize;
        }

        return (int)Math.Clamp(claimed ?? most, 1, most);
    }
}
