namespace WalParser.Compression;

/// <summary>
/// A decoder of frames that holds its last output until it is handed over. What a kind of frame has of its own are the steps: each takes a unit of the
/// source and may leave output behind.
/// </summary>
internal abstract class BufferedFrameDecoder : IFrameDecoder
{
    /// <summary>What a step returns after which the next one can be taken.</summary>
    protected const DecompressionStatus Continue = (DecompressionStatus)(-1);

    private HeldInput _held;
    private DecompressionStatus? _failure;

    public string? Reason { get; private set; }

    public bool IsBetweenFrames => _failure is null && _held.Length == 0 && IsAtBoundary;

    /// <summary>Whether the source may end before the next unit.</summary>
    protected abstract bool IsAtBoundary { get; }

    /// <summary>The last output, up to <see cref="Length"/>; from <see cref="Delivered"/> on it is still to be handed over.</summary>
    protected byte[] Output { get; set; } = [];

    protected int Length { get; set; }

    protected int Delivered { get; set; }

    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        written = 0;
        var rest = source;
        DecompressionStatus status;
        do
        {
            var length = Math.Min(Length - Delivered, destination.Length - written);
            Output.AsSpan(Delivered, length).CopyTo(destination[written..]);
            Delivered += length;
            written += length;
            status = Delivered < Length ? DecompressionStatus.DestinationTooSmall : _failure ?? Step(ref rest);
        }
        while (status == Continue);
        consumed = source.Length - rest.Length;
        return status;
    }

    /// <summary>Takes the next unit of the source, of which what is used is cut off.</summary>
    protected abstract DecompressionStatus Step(ref ReadOnlySpan<byte> source);

    /// <inheritdoc cref="HeldInput.TryTake"/>
    protected bool TryTake(ref ReadOnlySpan<byte> source, int length, out ReadOnlySpan<byte> unit) => _held.TryTake(ref source, length, out unit);

    /// <summary>Ends the decoding for good.</summary>
    protected DecompressionStatus Fail(DecompressionStatus status, string reason)
    {
        _failure = status;
        Reason = reason;
        return status;
    }
}
