using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// The header of a fragment, read according to the description of the format and without the reader's code, so that the oracle is
/// independent of the reader.
/// </summary>
internal readonly record struct FragmentHeader(FragmentType Type, int HeaderSize, int Length, uint Checksum, uint LogNumber)
{
    public const int BlockSize = 32768;

    public int Size => HeaderSize + Length;

    public bool IsRecyclable => HeaderSize == 11;

    public static bool IsRecyclableType(FragmentType type) => (byte)type is >= 5 and <= 8 or 11 or 131;

    /// <summary>Whether the type is one of the eight types of the fragments of records.</summary>
    public bool IsOfRecord => (byte)Type is >= 1 and <= 8;

    public bool IsFirst => Type is FragmentType.First or FragmentType.RecyclableFirst;

    public bool IsWhole => Type is FragmentType.Full or FragmentType.RecyclableFull;

    public bool IsLast => Type is FragmentType.Last or FragmentType.RecyclableLast;

    public bool IsControl => (byte)Type is 9 or 10 or 11 or 130 or 131;

    /// <summary>Whether it is space that was never written to. The rest of the block is then skipped.</summary>
    public bool IsZeros => Type == FragmentType.Zero && Length == 0;

    /// <summary>Reads the header at the beginning of the rest of a block. Returns false if the rest is too short.</summary>
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

    /// <summary>Returns true if the fragment fits into the rest of its block.</summary>
    public bool Fits(ReadOnlySpan<byte> rest) => Size <= rest.Length;

    /// <summary>Returns true if the checksum is correct. The fragment must fit.</summary>
    public bool IsIntact(ReadOnlySpan<byte> rest) => Crc32C.Mask(Crc32C.Compute(rest[6..Size])) == Checksum;
}
