namespace WalParser.Compression;

/// <summary>
/// A stream that reads the content of the frames in another stream, one after the other, skippable ones skipped. Forward only, in
/// constant memory. Broken data raises <see cref="InvalidDataException"/>, as does a source that ends within a frame.
/// </summary>
public abstract class DecompressionStream : Stream
{
    private const int InputLength = 64 * 1024;

    private readonly Stream _source;
    private readonly IFrameDecoder _decoder;
    private readonly bool _leaveOpen;
    private byte[] _input = [];
    private int _position;
    private int _length;
    private bool _pending;
    private bool _ended;
    private string? _failure;
    private bool _disposed;

    private protected DecompressionStream(Stream source, IFrameDecoder decoder, bool leaveOpen)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.CanRead)
        {
            throw new ArgumentException("The source cannot be read.", nameof(source));
        }

        _source = source;
        _decoder = decoder;
        _leaveOpen = leaveOpen;
    }

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>Reads content.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <returns>How many bytes were read; zero only at the end, or for an empty buffer.</returns>
    /// <exception cref="InvalidDataException">The compressed data is broken or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (true)
        {
            if (TryDecode(buffer, out var written))
            {
                return written;
            }

            Received(_source.Read(PrepareInput().Span));
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Reads content.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="cancellationToken">Cancels reading from the source.</param>
    /// <returns>How many bytes were read; zero only at the end, or for an empty buffer.</returns>
    /// <exception cref="InvalidDataException">The compressed data is broken or cut short.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (true)
        {
            if (TryDecode(buffer.Span, out var written))
            {
                return written;
            }

            Received(await _source.ReadAsync(PrepareInput(), cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
            {
                _source.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
            {
                await _source.DisposeAsync().ConfigureAwait(false);
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    // Takes what can be had from the input there is; false if there has to be more first.
    private bool TryDecode(Span<byte> buffer, out int written)
    {
        written = 0;
        if (buffer.IsEmpty)
        {
            return true;
        }

        while (_failure is null && (_position < _length || _pending))
        {
            var status = _decoder.Decode(_input.AsSpan(_position, _length - _position), buffer, out var consumed, out written);
            _position += consumed;
            _pending = status == DecompressionStatus.DestinationTooSmall;
            if (status is not (DecompressionStatus.Done or DecompressionStatus.NeedMoreInput or DecompressionStatus.DestinationTooSmall))
            {
                _failure = $"The compressed data is broken: {_decoder.Reason}.";
            }

            // What came before the fault is good, and is handed over before the fault is told.
            if (written > 0)
            {
                return true;
            }
        }

        if (_failure is not null)
        {
            throw new InvalidDataException(_failure);
        }

        if (_ended && !_decoder.IsBetweenFrames)
        {
            throw new InvalidDataException("The compressed data ends within a frame.");
        }

        return _ended;
    }

    private Memory<byte> PrepareInput()
    {
        if (_input.Length == 0)
        {
            _input = GC.AllocateUninitializedArray<byte>(InputLength);
        }

        return _input;
    }

    private void Received(int length)
    {
        _position = 0;
        _length = length;
        _ended = length == 0;
    }
}
