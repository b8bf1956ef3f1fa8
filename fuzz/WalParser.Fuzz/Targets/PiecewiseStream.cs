using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// A stream that returns its bytes in pieces of given sizes, in turn. If it waits, every other piece is returned only after a call of
/// <see cref="Release"/>.
/// </summary>
internal sealed class PiecewiseStream(byte[] bytes, IReadOnlyList<int> sizes, bool waits = false) : ForwardStream
{
    private int _position;
    private int _reads;
    private TaskCompletionSource<int>? _waiting;
    private Memory<byte> _room;

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(Math.Min(sizes[_reads++ % sizes.Count], buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!waits || _reads % 2 == 0)
        {
            return new(Read(buffer.Span));
        }

        _room = buffer;
        _waiting = new TaskCompletionSource<int>();
        return new(_waiting.Task);
    }

    /// <summary>Ends the wait. The waiting code continues on the same thread before this method returns.</summary>
    public void Release()
    {
        TaskCompletionSource<int> waiting = _waiting ?? throw new OracleException("a read never ends", "the stream is not waiting");
        _waiting = null;

        // With a synchronization context, as in a test runner, the waiting code would continue on another thread.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        waiting.SetResult(Read(_room.Span));
        SynchronizationContext.SetSynchronizationContext(context);
    }
}
