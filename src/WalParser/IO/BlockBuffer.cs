namespace WalParser.IO;

/// <summary>A buffer that is filled with bytes and emptied in whole blocks.</summary>
/// <param name="room">The memory of the buffer, at least <see cref="BlockSource.BlockSize"/> bytes.</param>
internal sealed class BlockBuffer(ArraySegment<byte> room)
{
    private readonly byte[] _array = room.Array!;
    private readonly int _first = room.Offset;
    private readonly int _limit = room.Offset + room.Count;

    // The bytes in the buffer lie from _start to _end; the first of them has this offset in the log.
    private int _start = room.Offset;
    private int _end = room.Offset;
    private long _offset;
    private bool _isComplete;
    private bool _hasEnded;

    /// <summary>Whether a block can be taken: a whole block, or the last one.</summary>
    public bool HasBlock => _end - _start >= BlockSource.BlockSize || (_isComplete && !_hasEnded);

    /// <summary>Takes a block out of the buffer. It is valid until <see cref="MakeRoom"/> is called.</summary>
    public bool TryTake(out LogBlock block)
    {
        if (!HasBlock)
        {
            block = default;
            return false;
        }

        int length = Math.Min(_end - _start, BlockSource.BlockSize);
        block = new LogBlock(new ArraySegment<byte>(_array, _start, length), _offset);
        _start += length;
        _offset += length;
        _hasEnded = block.IsShort;
        return true;
    }

    /// <summary>Returns the free part of the buffer. The rest, which is less than a block, is moved to the front.</summary>
    public ArraySegment<byte> MakeRoom()
    {
        if (_start > _first)
        {
            _array.AsSpan(_start, _end - _start).CopyTo(_array.AsSpan(_first));
            _end -= _start - _first;
            _start = _first;
        }

        return new ArraySegment<byte>(_array, _end, _limit - _end);
    }

    /// <summary>Adds bytes that were read into the free part.</summary>
    /// <param name="count">The number of bytes; 0 if the input has ended.</param>
    public void Add(int count)
    {
        _end += count;
        _isComplete |= count == 0;
    }
}
