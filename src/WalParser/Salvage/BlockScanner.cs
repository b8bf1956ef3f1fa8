using System.Buffers.Binary;
using System.Numerics;
using WalParser.Checksums;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Finds the fragments of a block, also where no fragment leads to them: at every byte there may be a header, and whether its checksum holds takes the same time
/// whatever length it claims. So a block takes time in proportion to its size, whatever it holds.
/// </summary>
internal sealed class BlockScanner
{
    // What moves a CRC over so many zero bytes; made when the first damage is met.
    private static uint[]? _shifts;

    private readonly uint[] _states = new uint[BlockSource.BlockSize + 1];
    private ReadOnlyMemory<byte> _block;
    private bool _hasStates;

    // What the last search found, and for whom: the next that begins before that finds the same, and does not search again.
    private (int Start, bool? IsRecyclable, FoundFragment? Found)? _search;

    public ReadOnlySpan<byte> Block => _block.Span;

    public void Supply(ReadOnlyMemory<byte> block)
    {
        _block = block;
        _hasStates = false;
        _search = null;
    }

    /// <summary>The fragment whose header begins at <paramref name="start"/>, of whatever type; null if none does whose checksum holds.</summary>
    public FoundFragment? ReadAt(int start) =>
        TryLayOut(start, out FoundFragment found)
            && (_hasStates ? Holds(found.Start, found.End) : Crc32C.Compute(Block[(start + 6)..found.End]) == StoredAt(start)) ? found : null;

    /// <summary>The first fragment from <paramref name="start"/> on, of a type that is known and of the one form or the other.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="isRecyclable">Whether it is to carry a log number; null if that does not matter.</param>
    public FoundFragment? Find(int start, bool? isRecyclable)
    {
        if (_search is not { } last || last.IsRecyclable != isRecyclable || last.Start > start || last.Found?.Start < start)
        {
            _search = last = (start, isRecyclable, Search(start, isRecyclable));
        }

        return last.Found;
    }

    /// <summary>
    /// The fragment whose header begins at <paramref name="start"/>, if nothing but its length is damaged: the checksum, which does not cover the length, holds
    /// up to where another fragment begins, or to the block's end. Null if that is not so.
    /// </summary>
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
        for (FoundFragment? next = Find(start + headerSize, isRecyclable); next is { } found && end is null; next = Find(found.Start + 1, isRecyclable))
        {
            end = Holds(start, found.Start) ? found.Start : null;
        }

        // Behind a block's last fragment there may be zeros, too few for a header.
        for (int last = Block.Length; end is null && last >= start + headerSize; last--)
        {
            end = Holds(start, last) ? last : null;
            if (Block.Length - last == FragmentReader.RecyclableHeaderSize - 1 || Block[last - 1] != 0)
            {
                break;
            }
        }

        return end is { } known
            ? new FoundFragment(type, start, start + headerSize, known, hasNumber ? BinaryPrimitives.ReadUInt32LittleEndian(Block[(start + FragmentReader.HeaderSize)..]) : null)
            : null;
    }

    /// <summary>Where the fragment ends whose header begins at <paramref name="start"/>, by that header.</summary>
    public int ClaimedEndAt(int start, bool isRecyclable) =>
        start + (isRecyclable ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize)
        + BinaryPrimitives.ReadUInt16LittleEndian(Block[(start + 4)..]);

    private FoundFragment? Search(int start, bool? isRecyclable)
    {
        for (; start <= Block.Length - FragmentReader.HeaderSize; start++)
        {
            FragmentType type = (FragmentType)Block[start + 6];
            if (IsKnown(type) && (isRecyclable is null || FragmentReader.IsRecyclable(type) == isRecyclable)
                && TryLayOut(start, out FoundFragment found) && Holds(found.Start, found.End))
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
    /// Whether the checksum of the header at <paramref name="header"/> holds if its fragment ends at <paramref name="end"/>: out of the CRCs of everything up to the range's begin and end, since CRCs are linear.
    /// </summary>
    private bool Holds(int header, int end)
    {
        uint[] shifts = _shifts ??= MakeShifts();
        if (!_hasStates)
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

        int start = header + 6;
        return ~(_states[end] ^ Crc32CPolynomial.Shift(~_states[start], shifts[end - start])) == StoredAt(header);
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
