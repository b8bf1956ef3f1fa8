using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>
/// Walks the sequences of an LZ4 block without decoding it. A sequence is a token, literals, a match's offset of two bytes, and a match:
/// <code>
/// +-------+----------------+----------+----------------+--------------+
/// | token | literal length | literals | offset (2B LE) | match length |
/// +-------+----------------+----------+----------------+--------------+
/// </code>
/// The token holds both lengths in four bits each; the value 15 means that bytes follow, up to the first that is not 255. The last sequence
/// ends after its literals (LZ4 Block Format Description).
/// </summary>
internal static class Lz4Sequences
{
    /// <summary>The reason to refuse a block with an offset of 0.</summary>
    public const string ZeroOffset = "a match of the block has the offset 0";

    private const int LengthInToken = 15;

    /// <summary>
    /// Returns whether a match of the block has the offset 0. The format forbids it ("the presence of a 0 offset value denotes an invalid
    /// (corrupted) block"), but decoders accept it and return whatever is in memory at that place.
    /// </summary>
    /// <param name="block">The block. If it is cut short, the sequences that are there are checked: decoding reports the rest.</param>
    public static bool HasZeroOffset(ReadOnlySpan<byte> block)
    {
        while (!block.IsEmpty)
        {
            int token = block[0];
            block = block[1..];
            if (!TryReadLength(ref block, token >> 4, out long literals) || literals > block.Length - sizeof(ushort))
            {
                return false;
            }

            block = block[(int)literals..];
            if (BinaryPrimitives.ReadUInt16LittleEndian(block) == 0)
            {
                return true;
            }

            block = block[sizeof(ushort)..];
            if (!TryReadLength(ref block, token & LengthInToken, out _))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> block, int inToken, out long length)
    {
        length = inToken;
        if (inToken < LengthInToken)
        {
            return true;
        }

        int more = block.IndexOfAnyExcept(byte.MaxValue);
        if (more < 0)
        {
            return false;
        }

        length += (more * (long)byte.MaxValue) + block[more];
        block = block[(more + 1)..];
        return true;
    }
}
