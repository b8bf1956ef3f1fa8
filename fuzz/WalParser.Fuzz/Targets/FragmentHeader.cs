using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// What stands where a fragment begins, read from the description of the format alone and not with the reader's code: the oracle's own view.
/// </summary>
internal readonly record struct FragmentHeader(FragmentType Type, int HeaderSize, int Length, uint Checksum, uint LogNumber)
{
    public const int BlockSize = 32768;

    public int Size => HeaderSize + Length;

    public bool IsRecyclable => HeaderSize == 11;

    public static bool IsRecyclableType(FragmentType type) => (byte)type is >= 5 and <= 8 or 11 or 131;

    /// <summary>Whether it is one of the eight types that records come in.</summary>
    public bool IsOfRecord => (byte)Type is >= 1 and <= 8;

    public bool IsFirst => Type is FragmentType.First or FragmentType.RecyclableFirst;

    public bool IsWhole => Type is FragmentType.Full or FragmentType.RecyclableFull;

    public bool IsLast => Type is FragmentType.Last or FragmentType.RecyclableLast;

    public bool IsControl => (byte)Type is 9 or 10 or 11 or 130 or 131;

    /// <summary>Whether it is space that was never written to: the rest of the block is skipped.</summary>
    public bool IsZeros => Type == FragmentType.Zero && Length == 0;

    /// <summary>The header at the beginning of what is left of a block; false if there is too little for one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> rest, out FragmentHeader header)
    {
        header = default;
        if (rest.Length < 7)
        {
            return false;
        }

        var type = (FragmentType)rest[6];
        int size = IsRecyclableType(type) ? 11 : 7;
        if (rest.Length < size)
        {
            return false;
        }

        header = new FragmentHeader(
            type,
            size,
            BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(rest),
            size == 11 ? BinaryPrimitives.ReadUInt32LittleEndian(rest[7..]) : 0);
        return true;
    }

    /// <summary>Whether the fragment fits into what is left of its block.</summary>
    public bool Fits(ReadOnlySpan<byte> rest) => Size <= rest.Length;

    /// <summary>Whether its checksum holds. It must fit.</summary>
    public bool IsIntact(ReadOnlySpan<byte> rest) => Crc32C.Mask(Crc32C.Compute(rest[6..Size])) == Checksum;
}
