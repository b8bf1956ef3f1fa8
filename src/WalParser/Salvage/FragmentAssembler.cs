using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Puts a record together from fragments that lie one directly behind the other, with nothing but a block's trailer between them. What does not come to a
/// record is counted: each fragment that is taken is of a record that is handed out, of one loss, or the empty beginning that old writers left.
/// </summary>
/// <param name="maxRecordSize">How large a record may be, in bytes.</param>
/// <param name="skipped">Where the rest is counted; null if it is of no interest.</param>
internal sealed class FragmentAssembler(int maxRecordSize, ByteAccounting? skipped)
{
    private readonly RecordBuffer _payload = new(maxRecordSize);
    private bool _isOpen;
    private bool _isTooLarge;
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
        int headerSize = bytes - payload.Length;
        if (_isOpen && !(Continues(offset, headerSize) && (!isFirst || TakeEmptyBeginning(headerSize))))
        {
            Break();
        }

        record = payload;
        if (!isFirst && !_isOpen)
        {
            skipped?.Lose(new Finding
            {
                Kind = type == FragmentType.Middle ? FindingKind.MissingStartAtMiddle : FindingKind.MissingStartAtLast,
                Offset = offset,
                Bytes = bytes,
            });
            return false;
        }

        if (isFirst)
        {
            Offset = offset;
            _bytes = 0;
            _payload.Clear();
            _isTooLarge = false;
        }

        _bytes += bytes;
        _next = offset + bytes;
        if (type == FragmentType.Full)
        {
            return true;
        }

        _isOpen = true;
        if (!_isTooLarge && !_payload.TryAppend(payload))
        {
            _isTooLarge = true;
            _payload.Clear();
        }

        if (type != FragmentType.Last)
        {
            return false;
        }

        if (_isTooLarge)
        {
            Break();
            return false;
        }

        _isOpen = false;
        record = _payload.Written;
        return true;
    }

    /// <summary>What was begun does not go on.</summary>
    public void Break()
    {
        if (_isOpen)
        {
            skipped?.Lose(new Finding
            {
                Kind = _isTooLarge ? FindingKind.RecordTooLarge : FindingKind.MissingRestOfRecord,
                Offset = Offset,
                Bytes = _bytes,
            });
        }

        _isOpen = false;
    }

    /// <summary>
    /// An empty first fragment, with another record directly behind it, is what old writers left at the end of a block; RocksDB does not mind it.
    /// </summary>
    private bool TakeEmptyBeginning(int headerSize)
    {
        if (_bytes != headerSize)
        {
            return false;
        }

        skipped?.Other(_bytes);
        _isOpen = false;
        return true;
    }

    private bool Continues(long offset, int headerSize)
    {
        long blockEnd = (_next + BlockSource.BlockSize - 1) / BlockSource.BlockSize * BlockSource.BlockSize;
        return offset == _next || (offset == blockEnd && blockEnd - _next < headerSize);
    }
}
