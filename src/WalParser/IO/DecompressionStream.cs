using System.Globalization;
using WalParser.Compression;

namespace WalParser.IO;

/// <summary>
/// A stream of the content of the frames in another stream, without skippable frames. It is read forward only, in bounded memory. If the
/// data is corrupt or ends within a frame, the stream returns everything before that and then throws <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class DecompressionStream : ForwardStream
{
    private const int InputLength = 64 * 1024;

    private readonly Stream _source;
    private readonly IFrameDecoder _decoder;
    private readonly bool _leaveOpen;
    private readonly CopyLimit _limit;
    private long _read;
    private long _written;
    private byte[] _input = [];
    private int _position;
    private int _length;
    private bool _needsInput = true;
    private bool _hasEnded;
    private string? _failure;
    private bool _isDisposed;

    public DecompressionStream(Stream source, IFrameDecoder decoder, bool leaveOpen, CopyLimit limit)
    {
        if (!source.CanRead)
        {
            decoder.Dispose();
            throw new ArgumentException("The source cannot be read.", nameof(source));
        }

        _source = source;
        _decoder = decoder;
        _leaveOpen = leaveOpen;
        _limit = limit;
    }

    public override bool CanRead => !_isDisposed;

    /// <summary>Whether the failure is that the content is larger than the limit.</summary>
    public bool IsTooLarge { get; private set; }

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

    // Decodes the buffered input. Returns false if more input is needed first.
    private bool TryDecode(Span<byte> buffer, out int written)
    {
        // Checked after each wait as well, during which another thread may have disposed the stream.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        written = 0;
        if (buffer.IsEmpty)
        {
            return true;
        }

        // A byte more than the limit is decompressed, so that content of just that size is not refused.
        long left = _limit.Left(_read, _written);
        buffer = left < buffer.Length ? buffer[..(int)(Math.Max(left, 0) + 1)] : buffer;
        while (_failure is null && !_needsInput)
        {
            DecompressionStatus status = _decoder.Decode(_input.AsSpan(_position.._length), buffer, out int consumed, out written);
            _position += consumed;
            _needsInput = status == DecompressionStatus.NeedMoreInput && consumed == 0 && written == 0;
            if (status is not (DecompressionStatus.NeedMoreInput or DecompressionStatus.Done or DecompressionStatus.DestinationTooSmall))
            {
                _failure = $"The compressed data is broken: {_decoder.Reason}.";
            }

            // The content before the fault is intact, and is returned before the fault is reported.
            if (written > left)
            {
                IsTooLarge = true;
                written = (int)Math.Max(left, 0);
                _failure = string.Create(
                    CultureInfo.InvariantCulture,
                    $"the compressed copy is larger than {_written + written} bytes when it is decompressed; the rest is not read");
            }

            if (written > 0)
            {
                _written += written;
                return true;
            }
        }

        if (_hasEnded && _failure is null && (_position < _length || !_decoder.IsBetweenFrames))
        {
            _failure = "The compressed data ends within a frame.";
        }

        return _failure is null ? _hasEnded : throw new InvalidDataException(_failure);
    }

    // Returns the room after the bytes that were not consumed. A decoder leaves bytes that it can only use together with more; the buffer
    // grows for them.
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
        _read += count;
        _needsInput = false;
        if (count == 0 && !_hasEnded)
        {
            _hasEnded = true;
            _decoder.End();
        }
    }
}
