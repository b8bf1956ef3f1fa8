namespace WalParser.Framing;

/// <summary>
/// Where a record is put together from its fragments. It grows with what really came in and never beyond the limit: in
/// pieces, which are joined when the whole is asked for, so that growing never holds the same bytes twice. What it has grown
/// to is kept for the records that follow.
/// </summary>
internal sealed class RecordBuffer(int limit)
{
    private const int FirstSize = 64 * 1024;
    private const int LargestPiece = 16 * 1024 * 1024;

    // The pieces that are full, and the one that is being filled.
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _piece = [];
    private int _used;

    /// <summary>How many bytes it holds.</summary>
    public int Length { get; private set; }

    /// <summary>What is free of the room there is, up to the limit; to be filled and taken over by <see cref="Advance"/>.</summary>
    public Span<byte> Room => _piece.AsSpan(_used, Math.Min(_piece.Length - _used, limit - Length));

    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    /// <summary>Makes more room; false if there is as much as the limit allows.</summary>
    public bool TryGrow()
    {
        if (Length == limit)
        {
            return false;
        }

        // Before anything is changed: should there be no memory, the buffer stays as it was.
        int size = Math.Min(Math.Clamp(Length, FirstSize, LargestPiece), limit - Length);
        byte[] piece = GC.AllocateUninitializedArray<byte>(size);
        if (_used > 0)
        {
            _full.Add(new ArraySegment<byte>(_piece, 0, _used));
        }

        _piece = piece;
        _used = 0;
        return true;
    }

    /// <summary>Adds bytes; false, and as many are added as the limit allows, if that is more than the limit.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > Room.Length)
        {
            int count = Room.Length;
            bytes[..count].CopyTo(Room);
            Advance(count);
            bytes = bytes[count..];
            if (!TryGrow())
            {
                return false;
            }
        }

        bytes.CopyTo(Room);
        Advance(bytes.Length);
        return true;
    }

    /// <summary>All that was added, in one piece; valid until the next change.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            if (_full.Count > 0)
            {
                Join();
            }

            return _piece.AsSpan(0, _used);
        }
    }

    public void Clear()
    {
        // Of several pieces, none is kept: they were never joined, so the record was given up.
        _full.Clear();
        _used = 0;
        Length = 0;
    }

    private void Join()
    {
        byte[] whole = GC.AllocateUninitializedArray<byte>(Length);
        int position = 0;
        foreach (ArraySegment<byte> piece in _full)
        {
            piece.AsSpan().CopyTo(whole.AsSpan(position));
            position += piece.Count;
        }

        _piece.AsSpan(0, _used).CopyTo(whole.AsSpan(position));
        _full.Clear();
        _piece = whole;
        _used = Length;
    }
}
