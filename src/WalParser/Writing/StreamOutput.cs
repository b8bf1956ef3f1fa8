using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Writing;

/// <summary>
/// A stream as the writing end of a pipe. Unlike the class of .NET it can be flushed without a wait, and it writes nothing after a failure,
/// because a stream does not report how many bytes it has written.
/// </summary>
internal sealed class StreamOutput(Stream stream, bool leaveOpen) : PipeWriter
{
    private const int SegmentSize = 64 * 1024;

    private readonly List<(byte[] Array, int Length)> _full = [];
    private byte[] _current = [];
    private int _length;
    private bool _isCompleted;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_current.Length - _length), nameof(bytes));
        _length += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsSpan(_length);
    }

    /// <summary>Writes the collected bytes to the stream, and flushes the stream.</summary>
    public void Flush()
    {
        EndSegment();
        foreach ((byte[] array, int length) in _full)
        {
            stream.Write(array, 0, length);
        }

        Release();
        stream.Flush();
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        EndSegment();
        foreach ((byte[] array, int length) in _full)
        {
            await stream.WriteAsync(array.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }

        Release();
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return default;
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("The writes of a stream are cancelled with their tokens.");

    /// <summary>Writes the collected bytes, unless a write failed, and closes the stream.</summary>
    public override void Complete(Exception? exception = null)
    {
        try
        {
            if (exception is null)
            {
                Flush();
            }
        }
        finally
        {
            _isCompleted = true;
            if (!leaveOpen)
            {
                stream.Dispose();
            }
        }
    }

    /// <summary>Does the same as <see cref="Complete"/> asynchronously.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        try
        {
            if (exception is null)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _isCompleted = true;
            if (!leaveOpen)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The log was closed.");
        }

        if (_current.Length - _length < Math.Max(sizeHint, 1))
        {
            EndSegment();
            _current = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, SegmentSize));
        }
    }

    private void EndSegment()
    {
        if (_current.Length > 0)
        {
            _full.Add((_current, _length));
            _current = [];
            _length = 0;
        }
    }

    /// <summary>Returns the buffers, after successful writes only: a write that failed may still read from its buffer.</summary>
    private void Release()
    {
        foreach ((byte[] array, _) in _full)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _full.Clear();
    }
}
