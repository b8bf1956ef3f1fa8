using WalParser.Framing;

namespace WalParser.Writing;

/// <summary>
/// What is to be wrong with a fragment that <see cref="FragmentWriter.WriteFlawed"/> writes: for tests of what reads logs. Each flaw is one on its
/// own; what is not named stays right.
/// </summary>
public readonly record struct FragmentFlaws
{
    /// <summary>What is XORed into the stored checksum. Any number but 0 makes it wrong.</summary>
    public uint ChecksumError { get; init; }

    /// <summary>The length that the header claims, in bytes, instead of the payload's. The checksum does not cover it, so that it is right for the payload.</summary>
    public ushort? ClaimedLength { get; init; }

    /// <summary>
    /// The type byte that the header claims. The checksum is that of the type the fragment was written as, so that it is wrong; the header has the form of
    /// that type.
    /// </summary>
    public FragmentType? ClaimedType { get; init; }

    /// <summary>The log number in the header of a recyclable type, under a good checksum: that of an old record, if it is not the log's own.</summary>
    public uint? ForeignLogNumber { get; init; }

    /// <summary>
    /// The log number that the header of a recyclable type claims. The checksum is that of the right one, so that it is wrong: a live fragment with
    /// a damaged number.
    /// </summary>
    public uint? ClaimedLogNumber { get; init; }

    /// <summary>Whether the fragment may reach over the end of its block, which no reader accepts.</summary>
    public bool CrossesBlocks { get; init; }
}
