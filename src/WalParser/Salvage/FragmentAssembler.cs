using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Assembles a record from adjacent fragments, which at most the trailer of a block separates. The other fragments are counted: each
/// processed fragment belongs to a returned record or to one loss, or is the empty first fragment that old writers left.
/// </summary>
/// <param name="maxStoredSize">The maximum size of the fragments of a record that are kept, without their headers, in bytes.</param>
/// <param name="maxRecordSize">The maximum size of a record, in bytes. A record that is not longer than it is never abandoned.</param>
/// <param name="accounting">Counts the fragments that belong to no record; null if they are not counted.</param>
internal sealed class FragmentAssembler(int maxStoredSize, int maxRecordSize, ByteAccounting? accounting)
{
    private readonly RecordBuffer _payload = new(maxStoredSize);
    private bool _isOpen;
    private bool _isTooLarge;
    private long _next;
    private long _bytes;
    private long _size;

    /// <summary>The offset of the first fragment of the record that was returned last or is being assembled.</summary>
    public long Offset { get; private set; }

    /// <summary>The size of the fragments of that record, in bytes.</summary>
    public long Bytes => _bytes;

    /// <summary>Processes a fragment. Returns true if it completes a record.</summary>
    /// <param name="type">The type of the fragment; for a recyclable type, the corresponding type without a log number.</param>
    /// <param name="offset">The offset of the header in the log.</param>
    /// <param name="bytes">The size of the fragment, including its header.</param>
    /// <param name="payload">The payload of the fragment.</param>
    /// <param name="record">The record: <paramref name="payload"/> itself or a buffer that is valid until the next call.</param>
    public bool Process(FragmentType type, long offset, int bytes, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> record)
    {
        bool isFirst = type is FragmentType.Full or FragmentType.First;
        int headerSize = bytes - payload.Length;
        if (_isOpen && !(Continues(offset, headerSize) && (!isFirst || DropEmptyFirst(headerSize))))
        {
            Break();
        }

        record = payload;
        if (!isFirst && !_isOpen)
        {
            accounting?.AddLoss(new Finding
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
            _size = 0;
            _payload.Clear();
            _isTooLarge = false;
        }

        _bytes += bytes;
        _size += payload.Length;
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
            Break(isWhole: true);
            return false;
        }

        _isOpen = false;
        record = _payload.Written;
        return true;
    }

    /// <summary>Ends the record that is being assembled, if there is one: it is a loss.</summary>
    public void Break() => Break(isWhole: false);

    private void Break(bool isWhole)
    {
        if (_isOpen)
        {
            accounting?.AddLoss(new Finding
            {
                Kind = _isTooLarge ? FindingKind.RecordTooLarge : FindingKind.MissingRestOfRecord,
                Offset = Offset,
                Bytes = _bytes,
                Detail = _isTooLarge ? FindingTable.TooLarge(_size, isWhole, maxRecordSize) : null,
            });
        }

        _isOpen = false;
    }

    /// <summary>
    /// Drops an empty first fragment that another record follows directly. Old writers left such fragments at the end of a block, and
    /// RocksDB accepts them.
    /// </summary>
    private bool DropEmptyFirst(int headerSize)
    {
        if (_bytes != headerSize)
        {
            return false;
        }

        accounting?.AddOther(_bytes);
        _isOpen = false;
        return true;
    }

    private bool Continues(long offset, int headerSize)
    {
        long blockEnd = (_next + BlockSource.BlockSize - 1) / BlockSource.BlockSize * BlockSource.BlockSize;
        return offset == _next || (offset == blockEnd && blockEnd - _next < headerSize);
    }
}
