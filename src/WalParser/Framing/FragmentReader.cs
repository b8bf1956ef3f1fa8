using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Findings;
using WalParser.IO;

namespace WalParser.Framing;

// The wire format (RocksDB, db/log_format.h and db/log_reader.cc). A log is a sequence of blocks of 32,768 bytes, the last of which may be
// shorter. A block is a sequence of fragments, and a trailer of zeros if fewer bytes are left than a header needs:
//
//   |<------------------------ block: 32,768 bytes ------------------------>|<- next block
//   +------------+-----------------------+-----------------------+----------+--------------- - -
//   |  fragment  |       fragment        |       fragment        | trailer  |  fragment
//   +------------+-----------------------+-----------------------+----------+--------------- - -
//
// A fragment is a header of 7 bytes, or of 11 bytes for the recyclable types, and a payload:
//
//   0              4           6      7                  11
//   +--------------+-----------+------+==================+- - - - - - - - - -+
//   | checksum (4) | length (2)| type | log number (4)   | payload (length)  |
//   |              |           | (1)  | recyclable types |                   |
//   +--------------+-----------+------+==================+- - - - - - - - - -+
//                              |<------- covered by the checksum ----------->|
//
//   checksum    the CRC-32C of type, log number and payload, masked
//   log number  the low 32 bits of the number of the log
//
// All integers are little-endian. A fragment does not extend past its block; a record that does not fit is split into several fragments.

/// <summary>
/// Reads fragments from blocks. It is the lowest layer of the reader: synchronous, and on one block at a time. It checks in the same order
/// as RocksDB: header, recyclable or not, length, log number, zeros, checksum.
/// </summary>
internal sealed class FragmentReader
{
    /// <summary>The size of a header without a log number, in bytes.</summary>
    public const int HeaderSize = 7;

    /// <summary>The size of a header with a log number, in bytes.</summary>
    public const int RecyclableHeaderSize = 11;

    // The block is a part of an array; positions are indexes into the array.
    private byte[] _array = [];
    private int _blockStart;
    private int _blockEnd;
    private int _position;
    private long _blockOffset;
    private int _payloadStart;
    private bool _isLastBlock;
    private bool _isDropped;
    private long _recycledSince = -1;
    private readonly ReleaseTraits _traits;
    private long _logNumber;

    /// <param name="logNumber">The number of the log; null to use that of the first recyclable fragment.</param>
    /// <param name="traits">The traits of the release of RocksDB that is followed; null for the newest.</param>
    public FragmentReader(ulong? logNumber, ReleaseTraits? traits = null)
    {
        _logNumber = logNumber is { } number ? (uint)number : -1;
        _traits = traits ?? ReleaseTraits.Newest;
    }

    /// <summary>The result of <see cref="Read"/>.</summary>
    public enum Outcome
    {
        /// <summary>The block is consumed; <see cref="Supply"/> the next one.</summary>
        NeedBlock,

        /// <summary>A fragment whose checksum matches.</summary>
        Fragment,

        /// <summary>Preallocated zeros; the rest of the block was skipped.</summary>
        Zeros,

        /// <summary>A recyclable fragment in a log that is not recyclable; the rest of the block was dropped.</summary>
        UnexpectedRecyclable,

        /// <summary>A fragment with another log number, which was skipped.</summary>
        OldRecord,

        /// <summary>A length that extends past the block; the rest of the block was dropped.</summary>
        BadLength,

        /// <summary>A checksum that does not match; the rest of the block was dropped.</summary>
        BadChecksum,

        /// <summary>Fewer bytes than a header needs, at the end of the file.</summary>
        TruncatedHeader,

        /// <summary>The end of the file.</summary>
        EndOfFile,
    }

    /// <summary>The type of the fragment that was read.</summary>
    public FragmentType Type { get; private set; }

    /// <summary>The offset of its header in the file, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>Its payload, if the fragment is intact. In place: valid until the next <see cref="Supply"/>.</summary>
    public ArraySegment<byte> Payload => new(_array, _payloadStart, PayloadLength);

    /// <summary>The length of <see cref="Payload"/>, in bytes.</summary>
    public int PayloadLength => _position - _payloadStart;

    /// <summary>Its bytes from the header to the end of the block. In place: valid until the next <see cref="Supply"/>.</summary>
    public ReadOnlySpan<byte> Rest => _array.AsSpan((_blockStart + (int)(Offset - _blockOffset)).._blockEnd);

    /// <summary>The number of bytes that were dropped because of it.</summary>
    public int Dropped { get; private set; }

    /// <summary>Whether the bytes at the end of the file that are too few for a header are all zeros.</summary>
    public bool EndsInZeros { get; private set; }

    /// <summary>Whether the rest of a block that was skipped because it begins with zeros contains other bytes.</summary>
    public bool HidesBytes { get; private set; }

    /// <summary>See <see cref="Finding.LooksStale"/>.</summary>
    public bool LooksStale { get; private set; }

    /// <summary>The log number of an old record.</summary>
    public uint OldLogNumber { get; private set; }

    /// <summary>Whether the checksum of an old record matches.</summary>
    public bool OldIsIntact { get; private set; }

    /// <summary>See <see cref="OldRecord.IsDamagedLive"/>.</summary>
    public bool OldIsDamagedLive { get; private set; }

    /// <summary>Whether RocksDB regards the log as recycled: after the first recyclable type, even in a damaged header.</summary>
    public bool IsRecycled { get; private set; }

    /// <summary>Whether a recyclable fragment with a matching checksum was read, of this log or of an earlier one.</summary>
    public bool HasIntactRecyclable { get; private set; }

    /// <summary>Whether the block is the last one, which RocksDB recognizes by its being short.</summary>
    public bool IsLastBlock => _isLastBlock;

    /// <summary>
    /// Whether the block may still be written to (<see cref="LogBlock.MayGrow"/>). Bytes that are not an intact fragment of this log are
    /// then possibly not written yet, and can be <see cref="TryPutBack">put back</see>.
    /// </summary>
    public bool MayGrow { get; private set; }

    /// <summary>
    /// Whether a record was read, as the caller sets it. After that, a log that is not recycled must not contain recyclable fragments.
    /// </summary>
    public bool SeenRecord { get; set; }

    /// <summary>The offset in the file after the last byte that was read.</summary>
    public long EndOffset => _blockOffset + (_position - _blockStart);

    /// <summary>The low 32 bits of the number of the log; null if it is not known.</summary>
    public uint? LogNumber => _logNumber < 0 ? null : (uint)_logNumber;

    /// <summary>Starts to read the next block. A short block is the last one, unless it may grow: then the same block follows it.</summary>
    public void Supply(in LogBlock block)
    {
        _isDropped = false;
        SetBlock(block);
        _position = _blockStart;
    }

    /// <summary>Continues to read the same block as it is now. It contains at least the bytes that were read of it.</summary>
    public void SupplyAgain(in LogBlock block)
    {
        int read = _position - _blockStart;
        SetBlock(block);
        _position = _isDropped ? _blockEnd : _blockStart + read;
    }

    private void SetBlock(in LogBlock block)
    {
        MayGrow = block.MayGrow;
        _array = block.Bytes.Array!;
        _blockStart = block.Bytes.Offset;
        _blockEnd = block.Bytes.Offset + block.Bytes.Count;
        _blockOffset = block.Offset;
        _isLastBlock = block.IsShort;
    }

    /// <summary>Drops the rest of the block, from the fragment that was read.</summary>
    public void DropBlock()
    {
        Dropped = (int)(_blockOffset + (_blockEnd - _blockStart) - Offset);
        LooksStale = false;
        _position = _blockEnd;
        _isDropped = true;
    }

    /// <summary>
    /// Forgets what earlier results dropped: the fragment that was read is a result of its own (<see cref="ReleaseTraits.OutcomeOf"/>),
    /// of no bytes.
    /// </summary>
    public void DropNothing()
    {
        Dropped = 0;
        LooksStale = false;
        EndsInZeros = false;
        HidesBytes = false;
        OldLogNumber = 0;
        OldIsIntact = false;
        OldIsDamagedLive = false;
    }

    /// <summary>
    /// Undoes a <see cref="Read"/> in a block that may grow, so that the same bytes are read again. Returns false if they cannot change:
    /// zeros at the end of a block that are too few for a recyclable header.
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

    /// <summary>Reads the next fragment of the block.</summary>
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
        bool isRecyclable = IsRecyclable(type) && type <= _traits.LastType;
        if (isRecyclable)
        {
            if (SeenRecord && !IsRecycled && _traits.ExpectsRecyclableFromStart)
            {
                return Drop(Outcome.UnexpectedRecyclable, rest);
            }

            if (!IsRecycled && (Offset == 0 || _traits.ExpectsRecyclableFromStart))
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

        bool isOld = isRecyclable && _logNumber >= 0 && !HasOwnLogNumber(rest);
        if (headerSize + length > rest.Length)
        {
            return isOld && _traits.KeepsOldRecords ? DropOldRecord(rest) : Drop(Outcome.BadLength, rest);
        }

        if (isOld)
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
            Dropped = rest.Length;
            HidesBytes = rest.ContainsAnyExcept((byte)0);
            LooksStale = IsRecycled;
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
    /// Returns whether a header of a type contains the log number. Headers of unknown types do not: RocksDB 11.9 reads the header of the
    /// unknown type 13 as a short one.
    /// </summary>
    public static bool IsRecyclable(FragmentType type) =>
        type is (>= FragmentType.RecyclableFull and <= FragmentType.RecyclableLast)
            or FragmentType.RecyclableUserDefinedTimestampSize
            or FragmentType.RecyclablePredecessorWalInfo;

    /// <summary>
    /// Returns whether zeros to the end of the block may be padding before a fragment of a type: a writer starts a new block for a
    /// declaration of timestamp sizes or of the predecessor that does not fit into the rest of the last one
    /// (<c>Writer::MaybeSwitchToNewBlock</c> in db/log_writer.cc).
    /// </summary>
    public static bool MayFollowPadding(FragmentType type) =>
        type is FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize
            or FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo;

    private static uint LogNumberOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderSize..]);

    /// <summary>Computes the checksum that the fragment would have with the number of this log.</summary>
    private uint ChecksumWithOwnLogNumber(ReadOnlySpan<byte> fragment)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)_logNumber);
        uint crc = Crc32C.Append(Crc32C.Compute(fragment.Slice(6, 1)), number);
        return Crc32C.Append(crc, fragment[RecyclableHeaderSize..]);
    }

    private bool HasOwnLogNumber(ReadOnlySpan<byte> header) => LogNumberOf(header) == _logNumber;

    /// <summary>
    /// Handles the end of a block, where fewer bytes are left than a header needs: a trailer inside the file, a torn header at its end.
    /// (RocksDB does not check whether a trailer is zero.)
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

    /// <summary>Drops a fragment with another log number whose length extends past the block.</summary>
    private Outcome DropOldRecord(ReadOnlySpan<byte> rest)
    {
        OldLogNumber = LogNumberOf(rest);
        OldIsIntact = false;
        OldIsDamagedLive = false;
        return Drop(Outcome.OldRecord, rest);
    }

    private Outcome Drop(Outcome outcome, ReadOnlySpan<byte> rest)
    {
        Dropped = rest.Length;
        LooksStale = IsRecycled && (rest.Length < RecyclableHeaderSize || !HasOwnLogNumber(rest));
        _position = _blockEnd;
        return outcome;
    }

    /// <summary>Returns what an outcome means for RocksDB's reader, in words for a message.</summary>
    public static string NameOf(Outcome outcome) => outcome switch
    {
        Outcome.EndOfFile => "the end of the file",
        Outcome.Zeros => "a bad record",
        Outcome.TruncatedHeader => "a bad header",
        Outcome.OldRecord => "an old record",
        Outcome.BadLength => "a bad length",
        _ => "a bad checksum",
    };
}
