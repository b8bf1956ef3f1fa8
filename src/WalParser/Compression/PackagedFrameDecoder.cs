namespace WalParser.Compression;

/// <summary>
/// A decoder of frames that a package reads from a stream. The package is given one unit of the format at a time (a header, a block), whole and after its
/// lengths were checked, and its output is held until it is delivered.
/// </summary>
internal abstract class PackagedFrameDecoder : IFrameDecoder
{
    /// <summary>What a step returns after which the next one can be taken.</summary>
    protected const DecompressionStatus Continue = (DecompressionStatus)(-1);

    private byte[] _output = [];
    private int _length;
    private int _delivered;
    private long _skipped;
    private DecompressionStatus? _failure;

    public string? Reason { get; private set; }

    public bool IsBetweenFrames => _skipped == 0 && !IsInFrame;

    /// <summary>Whether more units must follow.</summary>
    protected bool IsInFrame { get; set; }

    /// <summary>The unit at hand, from which the package's stream reads.</summary>
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

    /// <summary>Takes a unit from the front of the source, if it is there whole.</summary>
    protected abstract DecompressionStatus Step(ReadOnlySpan<byte> source, out int used);

    /// <summary>Has the package read from the unit at hand.</summary>
    protected abstract int Read(Span<byte> room);

    /// <summary>Passes over bytes, however many there are.</summary>
    protected DecompressionStatus Skip(long count)
    {
        _skipped = count;
        return Continue;
    }

    /// <summary>Gives a unit to the package, and holds its output.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="room">The room that the package is given.</param>
    /// <param name="flaw">What is wrong if the package throws something that names nothing, or does not use the whole unit.</param>
    /// <param name="given">How much the package gave.</param>
    protected DecompressionStatus Give(ReadOnlySpan<byte> unit, int room, string flaw, out int given)
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

    /// <summary>Ends the decoding for good; what the unit at hand gave is not delivered.</summary>
    protected DecompressionStatus Fail(DecompressionStatus status, string reason)
    {
        (_length, _delivered, _failure, Reason) = (0, 0, status, reason);
        return status;
    }
}
