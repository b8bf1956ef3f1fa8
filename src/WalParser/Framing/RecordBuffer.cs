namespace WalParser.Framing;

/// <summary>
/// A buffer in which a record is assembled from its fragments. It grows with the bytes that are added, and never beyond its limit. It grows
/// by pieces, which are joined when the whole is requested, so that growing never keeps two copies of the bytes. The last piece is reused
/// for later records.
/// </summary>
internal sealed class RecordBuffer(int limit)
{
    private const int FirstSize = 64 * 1024;
    private const int LargestPiece = 16 * 1024 * 1024;

    // The full pieces, and the piece that is being filled.
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _piece = [];
    private int _used;

    /// <summary>The number of bytes in the buffer.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// The free part of the current piece, up to the limit. Bytes that are written to it are added by <see cref="Advance"/>.
    /// </summary>
    public Span<byte> Room => _piece.AsSpan(_used, Math.Min(_piece.Length - _used, limit - Length));

    /// <summary>Adds the first bytes of <see cref="Room"/>.</summary>
    /// <param name="count">The number of bytes.</param>
    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    /// <summary>Makes more room. Returns false if the limit is reached.</summary>
    public bool TryGrow()
    {
        if (Length == limit)
        {
            return false;
        }

        // Allocated before anything changes: if there is no memory, the buffer stays as it is.
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

    /// <summary>Adds bytes. If they exceed the limit, adds as many as the limit allows and returns false.</summary>
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

    /// <summary>The bytes in the buffer, in one piece. Valid until the next change.</summary>
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

    /// <summary>Removes all bytes.</summary>
    public void Clear()
    {
        // If there are several pieces, the full ones are released: they were never joined, because the record was abandoned.
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
