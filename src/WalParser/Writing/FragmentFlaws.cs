using WalParser.Framing;

namespace WalParser.Writing;

/// <summary>
/// What is to be wrong with a fragment that <see cref="FragmentWriter.WriteFlawed"/> writes: for tests of what reads logs. Each flaw is one on its
/// own; what is not named stays right. A flaw that makes no difference to the fragment is refused.
/// </summary>
public readonly record struct FragmentFlaws
{
    /// <summary>What is XORed into the stored checksum. Any number but 0 makes it wrong.</summary>
    public uint ChecksumError { get; init; }

    /// <summary>Whether the checksum is stored as it is, and not masked as RocksDB does.</summary>
    public bool HasUnmaskedChecksum { get; init; }

    /// <summary>What is XORed into the payload's first byte, under the checksum of the intact payload. Any number but 0 damages it.</summary>
    public byte PayloadError { get; init; }

    /// <summary>The length that the header claims, in bytes, instead of the payload's. The checksum does not cover it, so that it is right for the payload.</summary>
    public ushort? ClaimedLength { get; init; }

    /// <summary>
    /// The type byte that the header claims. The checksum is that of the type the fragment was written as, so that it is wrong; the header has the form of
    /// that type.
    /// </summary>
    public FragmentType? ClaimedType { get; init; }

    /// <summary>The log number in the header of a recyclable type, under a good checksum: that of an old record, as it is not the log's own.</summary>
    public uint? ForeignLogNumber { get; init; }

    /// <summary>
    /// The log number that the header of a recyclable type claims. The checksum is that of the right one, so that it is wrong: a live fragment with
    /// a damaged number.
    /// </summary>
    public uint? ClaimedLogNumber { get; init; }

    /// <summary>Whether the fragment reaches over the end of its block, which no reader accepts.</summary>
    public bool CrossesBlocks { get; init; }

    /// <summary>How many bytes of the fragment are written, header included; the rest is torn off. What is written next stands right behind.</summary>
    public int? TornAfter { get; init; }

    /// <summary>The index in the fragment of the last byte that another flaw changes; −1 if there is none.</summary>
    private int LastFlawedByte =>
        PayloadError != 0 ? (ForeignLogNumber ?? ClaimedLogNumber) is null ? FragmentWriter.HeaderSize : FragmentWriter.RecyclableHeaderSize
        : (ForeignLogNumber ?? ClaimedLogNumber) is not null ? FragmentWriter.HeaderSize + sizeof(uint) - 1
        : ClaimedType is not null ? FragmentWriter.HeaderSize - 1
        : ClaimedLength is not null ? sizeof(uint) + sizeof(ushort) - 1
        : ChecksumError != 0 || HasUnmaskedChecksum ? sizeof(uint) - 1
        : -1;

    /// <summary>Says which flaw makes no difference to a fragment, or cannot be; null if all do.</summary>
    internal string? WhyNot(FragmentType type, int payloadLength, uint logNumber, int leftInBlock)
    {
        int size = FragmentWriter.HeaderSizeOf(type) + payloadLength;
        bool isRecyclable = FragmentReader.IsRecyclable(type);
        return this switch
        {
            _ when this == default => "Nothing is to be wrong with the fragment.",
            { PayloadError: not 0 } when payloadLength == 0 => "There is no payload to be damaged.",
            { ClaimedLength: { } length } when length == payloadLength => "The claimed length is the real one.",
            { ClaimedType: { } claimed } when claimed == type => "The claimed type is the real one.",
            { ForeignLogNumber: not null } or { ClaimedLogNumber: not null } when !isRecyclable => $"The type {type} carries no log number.",
            { ForeignLogNumber: { } foreign } when foreign == logNumber => "The foreign log number is the log's own.",
            { ClaimedLogNumber: { } claimed } when claimed == (ForeignLogNumber ?? logNumber) => "The claimed log number is the one under the checksum.",
            { CrossesBlocks: true } when size <= leftInBlock => "The fragment fits in its block.",
            { TornAfter: { } torn } when torn <= 0 || torn >= size => $"A fragment of {size} bytes is not torn after {torn}.",
            { TornAfter: { } torn } when torn <= LastFlawedByte => "The fragment is torn off before its other flaws.",
            _ => null,
        };
    }
}
