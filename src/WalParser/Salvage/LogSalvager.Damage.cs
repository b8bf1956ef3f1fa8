using System.Buffers.Binary;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <content>The search for fragments after damage in a block.</content>
internal sealed partial class LogSalvager
{
    // The number of damaged headers of a block for which the salvager checks whether only the length is damaged. Each check takes time in
    // proportion to the size of the block.
    private const int MaxLengthChecks = 16;

    // In the current block: whether fragments are found by searching; the end of the payload that a damaged header plausibly claims; and
    // the number of headers that were checked for a damaged length.
    private bool _isSearching;
    private int _groupEnd;
    private int _lengthChecks;

    // The number of the last group: the fragments inside a payload that a damaged header plausibly claims.
    private int _group;

    // The offsets of the first damage in the last damaged block and in the damaged block before it; -1 if there is none.
    private long _damage = -1;
    private long _damageBefore = -1;

    // The offset of the last fragment that was read although its header is damaged; -1 if there is none.
    private long _mended = -1;

    // Whether the start of the log is damaged, and with it perhaps the record that declares the compression.
    private bool _lostBeginning;

    private void BeginBlockWithoutDamage()
    {
        _isSearching = false;
        _lengthChecks = 0;
        _groupEnd = 0;
    }

    /// <summary>
    /// Processes the bytes at a position at which a fragment should begin and none does. Returns the offset in the block at which the next
    /// fragment begins, or the end of the block.
    /// </summary>
    private int ProcessDamage(int position)
    {
        ReadOnlySpan<byte> block = _block.Block;
        bool isZero = block[position + 6] == 0 && block[position + 4] == 0 && block[position + 5] == 0;
        if (isZero && !block[position..].ContainsAnyExcept((byte)0))
        {
            ProcessZeros(position, block.Length - position);
            return block.Length;
        }

        if (ReadWithOwnLogNumber(position) is { } renumbered)
        {
            Mend(new Finding
            {
                Kind = FindingKind.DamagedLogNumber,
                Offset = _blockOffset + position,
                Detail = "it is read with the log's number",
            });
            return ProcessFragment(renumbered);
        }

        _lostBeginning |= _blockOffset + position == 0;
        if (_damage < _blockOffset)
        {
            (_damageBefore, _damage) = (_damage, _blockOffset + position);
        }

        if (_lengthChecks < MaxLengthChecks)
        {
            _lengthChecks++;
            if (_block.ReadWithoutLength(position, _isRecyclable) is { } mended)
            {
                Mend(new Finding
                {
                    Kind = FindingKind.BadRecordLength,
                    Offset = _blockOffset + position,
                    Detail = $"it is read with the length {mended.End - mended.PayloadStart}, with which the checksum matches",
                });
                return ProcessFragment(mended);
            }
        }

        _live.Break();
        int next = _block.Find(position + 1, _isRecyclable)?.Start ?? block.Length;
        int claimed = isZero ? int.MaxValue : _block.ClaimedEndAt(position, IsRecyclableAt(position));
        bool isClaimPlausible = claimed == block.Length
            || (claimed < block.Length && (IsTrailer(claimed) || (_block.ReadAt(claimed) is { } after && IsExpected(after))));
        if (isClaimPlausible && next >= claimed)
        {
            // A fragment follows where the header says, so the payload or the checksum is damaged.
            next = claimed;
        }
        else if (isClaimPlausible)
        {
            _groupEnd = claimed;
            _group++;
        }
        else
        {
            _isSearching = true;
        }

        FindingKind kind = isZero ? FindingKind.ZerosInPlaceOfFragment
            : claimed > block.Length ? block.Length < BlockSource.BlockSize ? FindingKind.TruncatedBody : FindingKind.BadRecordLength
            : FindingKind.ChecksumMismatch;
        AddLossOrTail(position, next - position, kind);
        return next;
    }

    /// <summary>
    /// Returns the fragment whose header begins at a position if only the log number in that header is damaged; null otherwise. While the
    /// number of the log is unknown, it is that of the next fragment that has one.
    /// </summary>
    private FoundFragment? ReadWithOwnLogNumber(int position) =>
        _isRecyclable != false
        && FragmentReader.IsRecyclable((FragmentType)_block.Block[position + 6])
        && (_logNumber ?? _block.Find(position + FragmentReader.RecyclableHeaderSize, isRecyclable: true)?.LogNumber) is { } number
            ? _block.ReadWithLogNumber(position, number)
            : null;

    private void Mend(Finding finding)
    {
        _mended = finding.Offset;
        _log.AddMended(finding);
    }

    /// <summary>Processes zeros up to the end of the block: space that was never written, or a trailer.</summary>
    private void ProcessZeros(int position, int zeros)
    {
        // They are a trailer before a control record, or while the size of headers is still unknown.
        if (_isRecyclable is null && zeros < FragmentReader.RecyclableHeaderSize)
        {
            _accounting.AddOther(zeros);
        }
        else
        {
            _live.Break();
            _accounting.AddZeros(_blockOffset + position, zeros);
        }
    }

    /// <summary>Adds bytes as damage; or, if the log is recycled and they lack its number, as part of a possible stale tail.</summary>
    private void AddLossOrTail(int position, int bytes, FindingKind kind)
    {
        ReadOnlySpan<byte> rest = _block.Block[position..];
        if (IsRecyclableAt(position)
            && (rest.Length < FragmentReader.RecyclableHeaderSize
                || BinaryPrimitives.ReadUInt32LittleEndian(rest[FragmentReader.HeaderSize..]) != _logNumber))
        {
            _accounting.AddStale(new Finding { Kind = kind, Offset = _blockOffset + position, Bytes = bytes });
        }
        else
        {
            AddLoss(kind, _blockOffset + position, bytes);
        }
    }

    /// <summary>
    /// Returns whether headers have a log number at a position: in the log, if that is known, or else in the header there. It is false for
    /// a header that ends before its type.
    /// </summary>
    private bool IsRecyclableAt(int position) =>
        _isRecyclable
        ?? (position + 6 < _block.Block.Length && FragmentReader.IsRecyclable((FragmentType)_block.Block[position + 6]));

    private bool IsTrailer(int position) =>
        _block.Block.Length == BlockSource.BlockSize
        && _block.Block.Length - position < HeaderSize
        && !_block.Block[position..].ContainsAnyExcept((byte)0);

    /// <summary>Returns whether an offset lies inside the payload that a damaged header of the current block plausibly claims.</summary>
    private bool IsInGroup(long offset) => offset >= _blockOffset && offset - _blockOffset < _groupEnd;

    /// <summary>Returns whether a record begins at or after damage in its block, which is the current block or an earlier one.</summary>
    private bool IsAfterDamage(long offset) => IsAfter(offset, _damage) || IsAfter(offset, _damageBefore);

    private static bool IsAfter(long offset, long damage) =>
        damage >= 0 && offset >= damage && offset / BlockSource.BlockSize == damage / BlockSource.BlockSize;
}
