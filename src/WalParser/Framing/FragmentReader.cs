using System.Buffers.Binary;
using System.Runtime.InteropServices;
using WalParser.Checksums;
using WalParser.Findings;

namespace WalParser.Framing;

// The wire format (RocksDB, db/log_format.h and db/log_reader.cc). A log is a run of 32,768-byte blocks, the last of which
// may be short. A block is a run of fragments and, where fewer bytes than a header's are left, a trailer of zeros:
//
//   +---------------+-----------+------+=================+ - - - - - - - - -+
//   | checksum (4)  | length(2) | type | log number (4)  | payload (length) |
//   +---------------+-----------+------+=================+ - - - - - - - - -+
//                                       recyclable types
//                                       only
//
//   checksum   masked CRC-32C over type, log number and payload
//   log number the low 32 bits of the log's number
//
// All integers are little-endian. No fragment crosses a block; a record that does not fit comes in several.

/// <summary>
/// Takes fragments out of blocks: the bottom of the reader, synchronous, over one block at a time. It decides in the order
/// in which RocksDB does: header, recyclable or not, length, log number, zeros, checksum.
/// </summary>
internal sealed class FragmentReader
{
    public const int BlockSize = 32768;
    public const int HeaderSize = 7;
    public const int RecyclableHeaderSize = 11;

    // The block, as a part of the array it lies in: a position in it is an index into that array.
    private byte[] _array = [];
    private int _blockStart;
    private int _blockEnd;
    private int _position;
    private long _blockOffset;
    private byte[]? _copied;
    private int _payloadStart;
    private bool _isLastBlock;
    private bool _isDropped;
    private long _recycledSince = -1;
    private long _logNumber;

    /// <param name="logNumber">The log's number, or null to take it from the first recyclable fragment.</param>
    public FragmentReader(ulong? logNumber) => _logNumber = logNumber is { } number ? (uint)number : -1;

    /// <summary>What <see cref="Read"/> met.</summary>
    public enum Outcome
    {
        /// <summary>The block is used up; <see cref="Supply"/> the next.</summary>
        NeedBlock,

        /// <summary>A fragment whose checksum holds.</summary>
        Fragment,

        /// <summary>Zeros that nobody wrote to; the rest of the block was passed over.</summary>
        Zeros,

        /// <summary>A recyclable fragment where none may be; the rest of the block was dropped.</summary>
        UnexpectedRecyclable,

        /// <summary>A fragment with another log number; passed over.</summary>
        OldRecord,

        /// <summary>A length that reaches beyond the block; the rest of the block was dropped.</summary>
        BadLength,

        /// <summary>A checksum that does not hold; the rest of the block was dropped.</summary>
        BadChecksum,

        /// <summary>Too few bytes for a header at the end of the file.</summary>
        TruncatedHeader,

        /// <summary>Nothing is left.</summary>
        EndOfFile,
    }

    /// <summary>The type of the fragment that <see cref="Read"/> met.</summary>
    public FragmentType Type { get; private set; }

    /// <summary>The file offset of its header.</summary>
    public long Offset { get; private set; }

    /// <summary>Its payload, if it is whole. In place: valid until the next <see cref="Supply"/>.</summary>
    public ArraySegment<byte> Payload => new(_array, _payloadStart, PayloadLength);

    /// <summary>The length of <see cref="Payload"/>.</summary>
    public int PayloadLength => _position - _payloadStart;

    /// <summary>How many bytes were dropped on its account.</summary>
    public int Dropped { get; private set; }

    /// <summary>Whether what was too short for a header at the end of the file is nothing but zeros.</summary>
    public bool EndsInZeros { get; private set; }

    /// <summary>See <see cref="Finding.LooksStale"/>.</summary>
    public bool LooksStale { get; private set; }

    /// <summary>The log number of an old record.</summary>
    public uint OldLogNumber { get; private set; }

    /// <summary>Whether the checksum of an old record holds.</summary>
    public bool OldIsIntact { get; private set; }

    /// <summary>See <see cref="OldRecord.IsDamagedLive"/>.</summary>
    public bool OldIsDamagedLive { get; private set; }

    /// <summary>Whether RocksDB takes the log for a recycled one: from the first recyclable type on, even in a damaged header.</summary>
    public bool IsRecycled { get; private set; }

    /// <summary>Whether a recyclable fragment was read whose checksum holds, be it of this log or of an earlier one.</summary>
    public bool HasIntactRecyclable { get; private set; }

    /// <summary>Whether the block at hand is the last: RocksDB tells so by its being short.</summary>
    public bool IsLastBlock => _isLastBlock;

    /// <summary>
    /// Whether the block at hand is still being written: what is no good fragment of this log is then perhaps not there yet, and
    /// can be <see cref="TryPutBack">put back</see>.
    /// </summary>
    public bool IsGrowing { get; private set; }

    /// <summary>Set once a record was read; from then on a log that is not recycled must not have recyclable fragments.</summary>
    public bool SeenRecord { get; set; }

    /// <summary>The file offset behind what was read so far.</summary>
    public long EndOffset => _blockOffset + (_position - _blockStart);

    /// <summary>The low 32 bits of the log's number, as far as known.</summary>
    public uint? LogNumber => _logNumber < 0 ? null : (uint)_logNumber;

    /// <summary>
    /// Brings the next block: <see cref="BlockSize"/> bytes, or fewer (perhaps none) at the end of the file.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="isGrowing">See <see cref="IsGrowing"/>. Behind a short block that grows comes none but the same again.</param>
    public void Supply(ReadOnlyMemory<byte> block, bool isGrowing = false)
    {
        _blockOffset += _blockEnd - _blockStart;
        _isDropped = false;
        Take(block, isGrowing);
        _position = _blockStart;
    }

    /// <summary>
    /// Brings the block at hand once more, as it is now: no shorter than what was read of it. Reading goes on where it stood.
    /// </summary>
    public void SupplyAgain(ReadOnlyMemory<byte> block, bool isGrowing)
    {
        int read = _position - _blockStart;
        Take(block, isGrowing);
        _position = _isDropped ? _blockEnd : _blockStart + read;
    }

    private void Take(ReadOnlyMemory<byte> block, bool isGrowing)
    {
        IsGrowing = isGrowing;
        if (!MemoryMarshal.TryGetArray(block, out ArraySegment<byte> segment))
        {
            _copied ??= new byte[BlockSize];
            block.CopyTo(_copied);
            segment = new ArraySegment<byte>(_copied, 0, block.Length);
        }

        _array = segment.Array!;
        _blockStart = segment.Offset;
        _blockEnd = segment.Offset + segment.Count;
        _isLastBlock = segment.Count < BlockSize;
    }

    /// <summary>Drops what is left of the block, from the fragment that was read on.</summary>
    public void DropBlock()
    {
        Dropped = (int)(_blockOffset + (_blockEnd - _blockStart) - Offset);
        LooksStale = false;
        _position = _blockEnd;
        _isDropped = true;
    }

    /// <summary>
    /// In a block that grows: as if <see cref="Read"/> had not met what is no good fragment; it will be met again. False for what
    /// nothing else can come of: zeros too short for the header of a recycled log's fragment at the end of a block.
    /// </summary>
    public bool TryPutBack(Outcome outcome)
    {
        if (_recycledSince == Offset)
        {
            IsRecycled = false;
            _recycledSince = -1;
        }

        int at = _blockStart + (int)(Offset - _blockOffset);
        if (outcome == Outcome.Zeros && IsRecycled && !_isLastBlock && _blockEnd - at < RecyclableHeaderSize)
        {
            return false;
        }

        _position = at;
        return true;
    }

    public Outcome Read()
    {
        ReadOnlySpan<byte> rest = new(_array, _position, _blockEnd - _position);
        Offset = EndOffset;
        if (rest.Length < HeaderSize)
        {
            return EndBlock(rest.Length);
        }

        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        FragmentType type = (FragmentType)rest[6];
        Type = type;
        int headerSize = HeaderSize;
        bool isRecyclable = IsRecyclable(type);
        if (isRecyclable)
        {
            if (SeenRecord && !IsRecycled)
            {
                return Drop(Outcome.UnexpectedRecyclable, rest);
            }

            if (!IsRecycled)
            {
                IsRecycled = true;
                _recycledSince = Offset;
            }

            headerSize = RecyclableHeaderSize;
            if (rest.Length < RecyclableHeaderSize)
            {
                return EndBlock(rest.Length);
            }
        }

        if (headerSize + length > rest.Length)
        {
            return Drop(Outcome.BadLength, rest);
        }

        if (isRecyclable && _logNumber >= 0 && !HasOwnLogNumber(rest))
        {
            OldLogNumber = LogNumberOf(rest);
            OldIsIntact = Crc32C.Compute(rest[6..(headerSize + length)]) == Crc32C.Unmask(checksum);
            HasIntactRecyclable |= OldIsIntact;
            OldIsDamagedLive = OldIsIntact
                ? OldLogNumber > _logNumber
                : ChecksumWithOwnLogNumber(rest[..(headerSize + length)]) == Crc32C.Unmask(checksum);
            Dropped = headerSize + length;
            _position += headerSize + length;
            return Outcome.OldRecord;
        }

        if (type == FragmentType.Zero && length == 0)
        {
            _position = _blockEnd;
            return Outcome.Zeros;
        }

        if (Crc32C.Compute(rest[6..(headerSize + length)]) != Crc32C.Unmask(checksum))
        {
            return Drop(Outcome.BadChecksum, rest);
        }

        if (isRecyclable)
        {
            HasIntactRecyclable = true;
            _logNumber = LogNumberOf(rest);
        }

        _payloadStart = _position + headerSize;
        _position = _payloadStart + length;
        return Outcome.Fragment;
    }

    /// <summary>
    /// Whether a header of this type carries the log number. Unknown types do not, odd or even: RocksDB 11.9 reads the
    /// header of an unknown type 13 as a short one.
    /// </summary>
    public static bool IsRecyclable(FragmentType type) =>
        type is (>= FragmentType.RecyclableFull and <= FragmentType.RecyclableLast)
            or FragmentType.RecyclableUserDefinedTimestampSize
            or FragmentType.RecyclablePredecessorWalInfo;

    private static uint LogNumberOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderSize..]);

    /// <summary>What the checksum would be if the header had the log's own number.</summary>
    private uint ChecksumWithOwnLogNumber(ReadOnlySpan<byte> fragment)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)_logNumber);
        uint crc = Crc32C.Append(Crc32C.Compute(fragment.Slice(6, 1)), number);
        return Crc32C.Append(crc, fragment[RecyclableHeaderSize..]);
    }

    private bool HasOwnLogNumber(ReadOnlySpan<byte> header) => LogNumberOf(header) == _logNumber;

    /// <summary>
    /// Fewer bytes are left than a header needs: a trailer inside the file, a torn header at its end. (RocksDB does not look
    /// whether a trailer is zero.)
    /// </summary>
    private Outcome EndBlock(int left)
    {
        _position = _blockEnd;
        if (!_isLastBlock)
        {
            return Outcome.NeedBlock;
        }

        Dropped = left;
        EndsInZeros = !_array.AsSpan(_blockEnd - left, left).ContainsAnyExcept((byte)0);
        LooksStale = IsRecycled;
        return left > 0 ? Outcome.TruncatedHeader : Outcome.EndOfFile;
    }

    private Outcome Drop(Outcome outcome, ReadOnlySpan<byte> rest)
    {
        Dropped = rest.Length;
        LooksStale = IsRecycled && (rest.Length < RecyclableHeaderSize || !HasOwnLogNumber(rest));
        _position = _blockEnd;
        return outcome;
    }
}
