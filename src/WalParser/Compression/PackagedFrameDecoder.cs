namespace WalParser.Compression;

/// <summary>
/// A decoder of frames with a package that reads from a stream. The package receives one complete unit of the format at a time (a header, a
/// block), after its lengths were checked; its output is stored until it is delivered.
/// </summary>
internal abstract class PackagedFrameDecoder : IFrameDecoder
{
    /// <summary>The status of a step after which the next step can follow.</summary>
    protected const DecompressionStatus Continue = (DecompressionStatus)(-1);

    private byte[] _output = [];
    private int _length;
    private int _delivered;
    private long _skipped;
    private DecompressionStatus? _failure;

    public string? Reason { get; private set; }

    public bool IsBetweenFrames => _skipped == 0 && !IsInFrame;

    /// <summary>Whether more units must follow to complete the frame.</summary>
    protected bool IsInFrame { get; set; }

    /// <summary>The current unit, from which the package reads.</summary>
    protected MemoryStream Unit { get; } = new();

    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        DecompressionStatus status;
        do
        {
            int count = Math.Min(_length - _delivered, destination.Length - written);
            _output.AsSpan(_delivered, count).CopyTo(destination[written..]);
            _delivered += count;
            written += count;
            int skipped = (int)Math.Min(_skipped, source.Length - consumed);
            _skipped -= skipped;
            consumed += skipped;
            int used = 0;
            status = _delivered < _length ? DecompressionStatus.DestinationTooSmall
                : _skipped > 0 ? DecompressionStatus.NeedMoreInput
                : _failure ?? Step(source[consumed..], out used);
            consumed += used;
        }
        while (status == Continue);
        return status;
    }

    public abstract void Dispose();

    /// <summary>Processes a unit at the front of the source, if it is complete.</summary>
    protected abstract DecompressionStatus Step(ReadOnlySpan<byte> source, out int used);

    /// <summary>Lets the package read from the current unit.</summary>
    protected abstract int Read(Span<byte> room);

    /// <summary>Skips bytes, of any number.</summary>
    protected DecompressionStatus Skip(long count)
    {
        _skipped = count;
        return Continue;
    }

    /// <summary>Passes a unit to the package and stores its output.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="room">The room for the output of the package, in bytes.</param>
    /// <param name="flaw">
    /// The reason for a failure if the package throws an exception without a useful message, or does not consume the whole unit.
    /// </param>
    /// <param name="given">The size of the output of the package, in bytes.</param>
    protected DecompressionStatus Feed(ReadOnlySpan<byte> unit, int room, string flaw, out int given)
    {
        given = 0;
        _output = _output.Length < room ? GC.AllocateUninitializedArray<byte>(room) : _output;
        Unit.SetLength(0);
        Unit.Write(unit);
        Unit.Position = 0;
        try
        {
            (_length, _delivered) = (0, 0);
            given = Read(_output.AsSpan(0, room));
            _length = given;
            return Unit.Position == Unit.Length ? Continue : Fail(DecompressionStatus.Corrupt, flaw);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Fail(DecompressionStatus.Corrupt, exception is InvalidDataException ? exception.Message.TrimEnd('.') : flaw);
        }
    }

    /// <summary>Ends the decoding permanently; the output of the current unit is not delivered.</summary>
    protected DecompressionStatus Fail(DecompressionStatus status, string reason)
    {
        (_length, _delivered, _failure, Reason) = (0, 0, status, reason);
        return status;
    }
}
