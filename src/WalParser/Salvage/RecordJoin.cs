using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>
/// Puts a record together from fragments that lie one directly behind the other, with nothing but a block's trailer between them. What does not come to a
/// record is told as a loss.
/// </summary>
internal sealed class RecordJoin(int maxRecordSize, Action<SalvageLoss> lose)
{
    private readonly RecordBuffer _payload = new(maxRecordSize);
    private bool _isOpen;
    private long _next;
    private long _bytes;

    /// <summary>Offset of the first fragment of the record that is whole, or is being put together.</summary>
    public long Offset { get; private set; }

    /// <summary>How many bytes its fragments are.</summary>
    public long Bytes => _bytes;

    /// <summary>Takes a fragment; true if a record is whole with it.</summary>
    /// <param name="type">The fragment's type, as if it were not recyclable.</param>
    /// <param name="offset">Offset of its header.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="record">The record, in place or in a buffer; valid until the next call.</param>
    public bool Take(FragmentType type, long offset, int bytes, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> record)
    {
        bool isFirst = type is FragmentType.Full or FragmentType.First;
        if (_isOpen && (isFirst || !Continues(offset, bytes - payload.Length)))
        {
            Break();
        }

        record = payload;
        if (!isFirst && !_isOpen)
        {
            lose(new SalvageLoss(offset, bytes, type == FragmentType.Middle ? "missing start of fragmented record(1)" : "missing start of fragmented record(2)"));
            return false;
        }

        if (isFirst)
        {
            Offset = offset;
            _bytes = 0;
        }

        _bytes += bytes;
        _next = offset + bytes;
        if (type == FragmentType.Full)
        {
            return true;
        }

        if (isFirst)
        {
            _payload.Clear();
            _isOpen = true;
        }

        if (!_payload.TryAppend(payload))
        {
            _isOpen = false;
            _payload.Clear();
            lose(new SalvageLoss(Offset, _bytes, "record too large"));
            return false;
        }

        if (type != FragmentType.Last)
        {
            return false;
        }

        _isOpen = false;
        record = _payload.Written;
        return true;
    }

    /// <summary>What was begun does not go on.</summary>
    public void Break()
    {
        // An empty first fragment alone is what old writers left at the end of a block; it is no loss.
        if (_isOpen && _payload.Length > 0)
        {
            lose(new SalvageLoss(Offset, _bytes, "the rest of the record is missing"));
        }

        _isOpen = false;
    }

    private bool Continues(long offset, int headerSize)
    {
        long blockEnd = (_next + FragmentReader.BlockSize - 1) / FragmentReader.BlockSize * FragmentReader.BlockSize;
        return offset == _next || (offset == blockEnd && blockEnd - _next < headerSize);
    }
}
