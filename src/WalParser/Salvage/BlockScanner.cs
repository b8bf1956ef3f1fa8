using System.Buffers.Binary;
using System.Numerics;
using WalParser.Checksums;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Finds the fragments of a block, even those that no earlier fragment leads to: a header may begin at every byte. Checking the checksum of
/// a header takes the same time for every claimed length, so a block takes time in proportion to its size, whatever its content. Not
/// thread-safe.
/// </summary>
internal sealed class BlockScanner
{
    // The factors that move a CRC over a number of zero bytes, by that number. They are computed at the first damage.
    private static uint[]? _shifts;

    private readonly uint[] _states = new uint[BlockSource.BlockSize + 1];
    private ReadOnlyMemory<byte> _block;
    private bool _hasStates;

    // The parameters and the result of the last search. A search that begins between the two finds the same fragment and is not repeated.
    private (int Start, bool? IsRecyclable, FoundFragment? Found)? _search;

    /// <summary>The block.</summary>
    public ReadOnlySpan<byte> Block => _block.Span;

    /// <summary>Sets the block, which must not change until the next call.</summary>
    public void Supply(ReadOnlyMemory<byte> block)
    {
        _block = block;
        _hasStates = false;
        _search = null;
    }

    /// <summary>
    /// Returns the fragment, of any type, whose header begins at <paramref name="start"/>; null if there is none or its checksum does not
    /// match.
    /// </summary>
    public FoundFragment? ReadAt(int start)
    {
        if (!TryLayOut(start, out FoundFragment found))
        {
            return null;
        }

        bool isValid = _hasStates
            ? IsChecksumValid(found.Start, found.End)
            : Crc32C.Compute(Block[(start + 6)..found.End]) == StoredAt(start);
        return isValid ? found : null;
    }

    /// <summary>Returns the first fragment of a known type at or after <paramref name="start"/>; null if there is none.</summary>
    /// <param name="start">The offset in the block at which the search begins.</param>
    /// <param name="isRecyclable">Whether the fragment must have a log number or must not have one; null for either.</param>
    public FoundFragment? Find(int start, bool? isRecyclable)
    {
        if (_search is not { } last || last.IsRecyclable != isRecyclable || last.Start > start || last.Found?.Start < start)
        {
            _search = last = (start, isRecyclable, Search(start, isRecyclable));
        }

        return last.Found;
    }

    /// <summary>
    /// Returns the fragment whose header begins at <paramref name="start"/> if only the length in that header is damaged: the checksum,
    /// which does not cover the length, matches the bytes up to the start of another fragment or up to the end of the block. Returns null
    /// otherwise.
    /// </summary>
    /// <param name="start">The offset of the header in the block.</param>
    /// <param name="isRecyclable">Whether the fragment must have a log number or must not have one; null for either.</param>
    public FoundFragment? ReadWithoutLength(int start, bool? isRecyclable)
    {
        FragmentType type = (FragmentType)Block[start + 6];
        bool hasNumber = FragmentReader.IsRecyclable(type);
        int headerSize = hasNumber ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;
        if (!IsKnown(type) || (isRecyclable is not null && hasNumber != isRecyclable) || start + headerSize > Block.Length)
        {
            return null;
        }

        int? end = null;
        for (FoundFragment? next = Find(start + headerSize, isRecyclable);
            next is { } found && end is null;
            next = Find(found.Start + 1, isRecyclable))
        {
            end = IsChecksumValid(start, found.Start) ? found.Start : null;
        }

        // The last fragment of a block may be followed by zeros that are too few for a header.
        for (int last = Block.Length; end is null && last >= start + headerSize; last--)
        {
            end = IsChecksumValid(start, last) ? last : null;
            if (Block.Length - last == FragmentReader.RecyclableHeaderSize - 1 || Block[last - 1] != 0)
            {
                break;
            }
        }

        if (end is null)
        {
            return null;
        }

        uint? number = hasNumber ? BinaryPrimitives.ReadUInt32LittleEndian(Block[(start + FragmentReader.HeaderSize)..]) : null;
        return new FoundFragment(type, start, start + headerSize, end.Value, number);
    }

    /// <summary>
    /// Returns the fragment whose header begins at <paramref name="start"/> if only the log number in that header is damaged: the checksum,
    /// which covers the number, matches with another one. Returns null otherwise.
    /// </summary>
    /// <param name="start">The offset of the header in the block.</param>
    /// <param name="logNumber">The log number that the header should contain.</param>
    public FoundFragment? ReadWithLogNumber(int start, uint logNumber)
    {
        if (!TryLayOut(start, out FoundFragment found) || found.LogNumber is null)
        {
            return null;
        }

        uint state = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (byte)found.Type), logNumber);
        return IsChecksumValid(start, found.PayloadStart, found.End, state) ? found with { LogNumber = logNumber } : null;
    }

    /// <summary>
    /// Returns the offset at which a fragment ends according to its header, which begins at <paramref name="start"/>. It may be past the
    /// block.
    /// </summary>
    public int ClaimedEndAt(int start, bool isRecyclable) =>
        start + (isRecyclable ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize)
        + BinaryPrimitives.ReadUInt16LittleEndian(Block[(start + 4)..]);

    private FoundFragment? Search(int start, bool? isRecyclable)
    {
        for (; start <= Block.Length - FragmentReader.HeaderSize; start++)
        {
            FragmentType type = (FragmentType)Block[start + 6];
            if (IsKnown(type) && (isRecyclable is null || FragmentReader.IsRecyclable(type) == isRecyclable)
                && TryLayOut(start, out FoundFragment found) && IsChecksumValid(found.Start, found.End))
            {
                return found;
            }
        }

        return null;
    }

    private static bool IsKnown(FragmentType type) =>
        type is (>= FragmentType.Full and <= FragmentType.RecyclableLast)
            or FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize
            or FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo;

    private uint StoredAt(int start) => Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(Block[start..]));

    private bool TryLayOut(int start, out FoundFragment found)
    {
        found = default;
        ReadOnlySpan<byte> rest = Block[start..];
        if (rest.Length < FragmentReader.HeaderSize)
        {
            return false;
        }

        FragmentType type = (FragmentType)rest[6];
        bool isRecyclable = FragmentReader.IsRecyclable(type);
        int headerSize = isRecyclable ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;
        int end = headerSize + BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        if (end > rest.Length)
        {
            return false;
        }

        uint? number = isRecyclable ? BinaryPrimitives.ReadUInt32LittleEndian(rest[FragmentReader.HeaderSize..]) : null;
        found = new FoundFragment(type, start, start + headerSize, start + end, number);
        return true;
    }

    /// <summary>
    /// Returns whether the checksum of the header at <paramref name="header"/> matches if its fragment ends at <paramref name="end"/>.
    /// </summary>
    private bool IsChecksumValid(int header, int end) => IsChecksumValid(header, header + 6, end, uint.MaxValue);

    /// <summary>
    /// Returns whether the checksum of the header at <paramref name="header"/> matches the bytes of the block from
    /// <paramref name="start"/> to <paramref name="end"/>, if the state of the CRC before them is <paramref name="state"/>. CRCs are
    /// linear, so the CRC of a range follows from the CRCs of the block up to the start and up to the end of the range.
    /// </summary>
    private bool IsChecksumValid(int header, int start, int end, uint state)
    {
        uint[] shifts = _shifts ??= MakeShifts();
        if (!_hasStates)
        {
            ComputeStates();
        }

        return ~(_states[end] ^ Crc32CPolynomial.Shift(state ^ _states[start], shifts[end - start])) == StoredAt(header);
    }

    private void ComputeStates()
    {
        uint state = 0;
        ReadOnlySpan<byte> block = Block;
        for (int i = 0; i < block.Length; i++)
        {
            state = BitOperations.Crc32C(state, block[i]);
            _states[i + 1] = state;
        }

        _hasStates = true;
    }

    private static uint[] MakeShifts()
    {
        uint[] shifts = new uint[BlockSource.BlockSize + 1];
        uint factor = Crc32CPolynomial.ShiftFactor(0);
        for (int bytes = 0; bytes < shifts.Length; bytes++)
        {
            shifts[bytes] = factor;
            for (int bit = 0; bit < 8; bit++)
            {
                factor = (factor >> 1) ^ (Crc32CPolynomial.Reflected & (0u - (factor & 1)));
            }
        }

        return shifts;
    }
}
