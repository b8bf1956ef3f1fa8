using WalParser.Compression;

namespace WalParser.IO;

/// <summary>
/// A stream that reads the content of the frames in another stream, one after the other, skippable ones skipped. Forward only, in bounded memory. Broken
/// data raises <see cref="InvalidDataException"/>, as does a source that ends within a frame, after everything before it was delivered.
/// </summary>
internal sealed class DecompressionStream : ForwardStream
{
    private const int InputLength = 64 * 1024;

    private readonly Stream _source;
    private readonly IFrameDecoder _decoder;
    private readonly bool _leaveOpen;
    private byte[] _input = [];
    private int _position;
    private int _length;
    private bool _needsInput = true;
    private bool _hasEnded;
    private string? _failure;
    private bool _isDisposed;

    public DecompressionStream(Stream source, IFrameDecoder decoder, bool leaveOpen)
    {
        if (!source.CanRead)
        {
            decoder.Dispose();
            throw new ArgumentException("The source cannot be read.", nameof(source));
        }

        _source = source;
        _decoder = decoder;
        _leaveOpen = leaveOpen;
    }

    public override bool CanRead => !_isDisposed;

    public override int Read(Span<byte> buffer)
    {
        int written;
        while (!TryDecode(buffer, out written))
        {
            Received(_source.Read(PrepareInput().Span));
        }

        return written;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int written;
        while (!TryDecode(buffer.Span, out written))
        {
            Received(await _source.ReadAsync(PrepareInput(), cancellationToken).ConfigureAwait(false));
        }

        return written;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _decoder.Dispose();
            if (!_leaveOpen)
            {
                _source.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    // Takes what can be had from the input there is; false if more input has to come first.
    private bool TryDecode(Span<byte> buffer, out int written)
    {
        // Also after a wait, during which another thread may have disposed the stream.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        written = 0;
        if (buffer.IsEmpty)
        {
            return true;
        }

        while (_failure is null && !_needsInput)
        {
            DecompressionStatus status = _decoder.Decode(_input.AsSpan(_position.._length), buffer, out int consumed, out written);
            _position += consumed;
            _needsInput = status == DecompressionStatus.NeedMoreInput && consumed == 0 && written == 0;
            if (status is not (DecompressionStatus.NeedMoreInput or DecompressionStatus.Done or DecompressionStatus.DestinationTooSmall))
            {
                _failure = $"The compressed data is broken: {_decoder.Reason}.";
            }

            // What came before the fault is good, and is delivered before the fault is reported.
            if (written > 0)
            {
                return true;
            }
        }

        if (_hasEnded && _failure is null && (_position < _length || !_decoder.IsBetweenFrames))
        {
            _failure = "The compressed data ends within a frame.";
        }

        return _failure is null ? _hasEnded : throw new InvalidDataException(_failure);
    }

    // Room after what was not consumed. A decoder leaves what it can only use with more; the room grows with what comes.
    private Memory<byte> PrepareInput()
    {
        int rest = _length - _position;
        byte[] room = _input;
        if (rest > _input.Length / 2 || _input.Length == 0)
        {
            room = GC.AllocateUninitializedArray<byte>(Math.Max(InputLength, 2 * _input.Length));
        }

        _input.AsSpan(_position, rest).CopyTo(room);
        (_input, _position, _length) = (room, 0, rest);
        return _input.AsMemory(rest);
    }

    private void Received(int count)
    {
        _length += count;
        _needsInput = false;
        if (count == 0 && !_hasEnded)
        {
            _hasEnded = true;
            _decoder.End();
        }
    }
}
