using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace WalParser.IO;

/// <summary>Reads the blocks of a log from a pipe, or from a stream through a pipe.</summary>
/// <param name="input">The pipe. It is completed when the source is disposed.</param>
internal sealed class PipeBlockSource(PipeReader input) : RawBlockSource
{
    // The bytes that the pipe returned last, and those of them that were not taken yet.
    private ReadOnlySequence<byte> _received;
    private ReadOnlySequence<byte> _rest;
    private bool _hasReceived;
    private bool _isComplete;
    private bool _hasEnded;

    // A block that does not lie in one array is copied into this one, which is rented.
    private byte[]? _gathered;
    private long _offset;
    private bool _isClosed;

    public override bool IsSynchronous => false;

    private bool HasBlock => _rest.Length >= BlockSize || (_isComplete && !_hasEnded);

    /// <summary>Reads a stream from its current position. The stream does not have to support seeking.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the source is disposed.</param>
    public static PipeBlockSource Of(Stream stream, bool leaveOpen) => new(PipeReader.Create(
        stream,
        new StreamPipeReaderOptions(bufferSize: FileBlockSource.DefaultBufferSize, minimumReadSize: BlockSize, leaveOpen: leaveOpen)));

    public override bool TryNext(out LogBlock block)
    {
        if (!HasBlock)
        {
            block = default;
            return false;
        }

        int length = (int)Math.Min(_rest.Length, BlockSize);
        block = new LogBlock(InOneArray(_rest.Slice(0, length), length), _offset);
        _rest = _rest.Slice(length);
        _offset += length;
        _hasEnded = block.IsShort;
        return true;
    }

    public override bool TryFill()
    {
        Release();
        if (!input.TryRead(out ReadResult result))
        {
            return false;
        }

        Receive(result);
        return HasBlock;
    }

    public override async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        do
        {
            Release();
            Receive(await input.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        while (!HasBlock);
    }

    public override Stream IntoStream()
    {
        _isClosed = true;
        input.AdvanceTo(_received.Start);
        Forget();
        return input.AsStream();
    }

    public override void Dispose()
    {
        if (TryClose())
        {
            input.Complete();
        }
    }

    public override ValueTask DisposeAsync() => TryClose() ? input.CompleteAsync() : default;

    private void Receive(ReadResult result)
    {
        if (result.IsCanceled)
        {
            input.AdvanceTo(result.Buffer.Start);
            throw new OperationCanceledException("The wait for the log's bytes was cancelled by the pipe.");
        }

        _received = _rest = result.Buffer;
        _hasReceived = true;
        _isComplete = result.IsCompleted;
    }

    /// <summary>
    /// Returns the blocks that were taken to the pipe. The rest, which is less than a block, is examined but not consumed.
    /// </summary>
    private void Release()
    {
        if (_hasReceived)
        {
            input.AdvanceTo(_rest.Start, _rest.End);
            Forget();
        }
    }

    private void Forget()
    {
        _received = _rest = default;
        _hasReceived = false;
    }

    private ArraySegment<byte> InOneArray(in ReadOnlySequence<byte> block, int length)
    {
        if (block.IsSingleSegment && MemoryMarshal.TryGetArray(block.First, out ArraySegment<byte> segment))
        {
            return segment;
        }

        _gathered ??= ArrayPool<byte>.Shared.Rent(BlockSize);
        block.CopyTo(_gathered);
        return new ArraySegment<byte>(_gathered, 0, length);
    }

    private bool TryClose()
    {
        if (_isClosed)
        {
            return false;
        }

        _isClosed = true;
        Release();
        if (_gathered is not null)
        {
            ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = null;
        }

        return true;
    }
}
