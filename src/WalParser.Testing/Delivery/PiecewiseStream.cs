namespace WalParser.Testing.Delivery;

/// <summary>
/// A stream that returns its content in pieces, as a pipe or a socket does. It cannot seek or write. An instance is not safe for use by
/// several threads at once.
/// </summary>
/// <param name="content">The content. It is not copied.</param>
/// <param name="sizeAt">
/// Returns the size of the piece at a position of the content, in bytes, more than 0. A read returns fewer bytes if its buffer is smaller.
/// </param>
/// <param name="timing">When asynchronous reads complete.</param>
public sealed class PiecewiseStream(ReadOnlyMemory<byte> content, Func<long, int> sizeAt, PieceTiming timing = PieceTiming.Synchronous)
    : Stream
{
    private int _position;
    private int _reads;
    private TaskCompletionSource<int>? _held;
    private Memory<byte> _heldBuffer;

    /// <summary>Creates a stream with pieces of given sizes.</summary>
    /// <param name="content">The content. It is not copied.</param>
    /// <param name="sizes">The sizes of the pieces, in bytes, each more than 0. After the last size the first one follows.</param>
    /// <param name="timing">When asynchronous reads complete.</param>
    public PiecewiseStream(ReadOnlyMemory<byte> content, IReadOnlyList<int> sizes, PieceTiming timing = PieceTiming.Synchronous)
        : this(content, InTurn(sizes), timing)
    {
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        _reads++;
        int length = Math.Min(Math.Min(sizeAt(_position), buffer.Length), content.Length - _position);
        content.Span.Slice(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (timing == PieceTiming.Synchronous || _reads % 2 == 0)
        {
            return Read(buffer.Span);
        }

        if (timing == PieceTiming.Alternating)
        {
            await Task.Yield();
            return Read(buffer.Span);
        }

        _heldBuffer = buffer;
        _held = new TaskCompletionSource<int>();
        return await _held.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Completes the read that is held. The code that waits for the read continues on this thread before the method returns.
    /// </summary>
    /// <exception cref="InvalidOperationException">No read is held.</exception>
    public void Release()
    {
        TaskCompletionSource<int> held = _held ?? throw new InvalidOperationException("No read is held.");
        _held = null;

        // With a context, such as that of a test runner, the code that waits would continue on another thread.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        held.SetResult(Read(_heldBuffer.Span));
        SynchronizationContext.SetSynchronizationContext(context);
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

    private static Func<long, int> InTurn(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        int next = 0;
        return _ => sizes[next++ % sizes.Count];
    }
}
