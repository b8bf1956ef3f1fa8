using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Writing;

/// <summary>
/// A stream as a pipe's writing end. Unlike the framework's own it can also be flushed without a wait, and after a failure it hands nothing out
/// again: a stream does not tell how much it took.
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

    /// <summary>Writes what there is to the stream, and flushes that.</summary>
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

    public override void CancelPendingFlush() => throw new NotSupportedException("A stream's writes are cancelled by their tokens.");

    /// <summary>Writes what there is, unless something failed, and closes the stream.</summary>
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

    /// <summary>As <see cref="Complete"/>.</summary>
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

    /// <summary>Only behind a success: a write that failed may still be reading from its buffer.</summary>
    private void Release()
    {
        foreach ((byte[] array, _) in _full)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _full.Clear();
    }
}
