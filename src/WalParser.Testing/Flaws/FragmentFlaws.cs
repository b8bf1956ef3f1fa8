using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>
/// The flaws of a fragment that <see cref="FragmentWriterExtensions.WriteFlawed"/> writes. Flaws are independent of each other: each
/// property changes only what it names. A flaw that does not change the fragment is an error.
/// </summary>
public readonly record struct FragmentFlaws
{
    /// <summary>The number that is XORed into the stored checksum. Every number except 0 makes the checksum wrong.</summary>
    public uint ChecksumError { get; init; }

    /// <summary>Whether the checksum is stored without RocksDB's mask (<c>util/crc32c.h</c>).</summary>
    public bool HasUnmaskedChecksum { get; init; }

    /// <summary>
    /// The byte that is XORed into the first byte of the payload. The checksum is that of the intact payload. Every byte except 0 damages
    /// the payload.
    /// </summary>
    public byte PayloadError { get; init; }

    /// <summary>
    /// The length in the header, in bytes, instead of that of the payload. The checksum does not cover the length, and matches the payload.
    /// </summary>
    public ushort? ClaimedLength { get; init; }

    /// <summary>
    /// The type in the header. The checksum is that of the type with which the fragment is written, so it is wrong. The header has the form
    /// of the type with which the fragment is written.
    /// </summary>
    public FragmentType? ClaimedType { get; init; }

    /// <summary>
    /// The log number in the header of a recyclable type, with a matching checksum. Because it is not the number of the log, the fragment
    /// looks like an old record.
    /// </summary>
    public uint? ForeignLogNumber { get; init; }

    /// <summary>
    /// The log number in the header of a recyclable type. The checksum is that of the right number, so it is wrong: the fragment is a live
    /// one with a damaged number.
    /// </summary>
    public uint? ClaimedLogNumber { get; init; }

    /// <summary>Whether the fragment crosses the end of its block, which no reader accepts.</summary>
    public bool CrossesBlocks { get; init; }

    /// <summary>
    /// The number of bytes of the fragment, including its header, that are written. The rest is torn off, and the next fragment follows
    /// directly.
    /// </summary>
    public int? TornAfter { get; init; }

    /// <summary>The index in the fragment of the last byte that another flaw changes; −1 if there is none.</summary>
    private int LastFlawedByte =>
        PayloadError != 0 ? (ForeignLogNumber ?? ClaimedLogNumber) is null ? FragmentWriter.HeaderSize : FragmentWriter.RecyclableHeaderSize
        : (ForeignLogNumber ?? ClaimedLogNumber) is not null ? FragmentWriter.HeaderSize + sizeof(uint) - 1
        : ClaimedType is not null ? FragmentWriter.HeaderSize - 1
        : ClaimedLength is not null ? sizeof(uint) + sizeof(ushort) - 1
        : ChecksumError != 0 || HasUnmaskedChecksum ? sizeof(uint) - 1
        : -1;

    /// <summary>Returns the reason why a fragment cannot have these flaws; null if it can.</summary>
    internal string? FindError(FragmentType type, int payloadLength, uint logNumber, int leftInBlock)
    {
        int headerSize = FragmentWriter.HeaderSizeOf(type);
        int size = headerSize + payloadLength;
        bool isRecyclable = headerSize == FragmentWriter.RecyclableHeaderSize;
        return this switch
        {
            _ when this == default => "The fragment has no flaw.",
            { PayloadError: not 0 } when payloadLength == 0 => "There is no payload to damage.",
            { ClaimedLength: { } length } when length == payloadLength => "The claimed length is that of the payload.",
            { ClaimedType: { } claimed } when claimed == type => "The claimed type is that of the fragment.",
            { ForeignLogNumber: not null } or { ClaimedLogNumber: not null } when !isRecyclable =>
                $"The type {type} carries no log number.",
            { ForeignLogNumber: { } foreign } when foreign == logNumber => "The foreign log number is that of the log.",
            { ClaimedLogNumber: { } claimed } when claimed == (ForeignLogNumber ?? logNumber) =>
                "The claimed log number is the one that the checksum covers.",
            { CrossesBlocks: true } when size <= leftInBlock => "The fragment fits in its block.",
            { CrossesBlocks: false } when size > leftInBlock =>
                $"A fragment of {size} bytes does not fit in the {leftInBlock} bytes that are left in the block.",
            { TornAfter: { } torn } when torn <= 0 || torn >= size => $"A fragment of {size} bytes cannot be torn after {torn}.",
            { TornAfter: { } torn } when torn <= LastFlawedByte => "The fragment is torn before its other flaws.",
            _ => null,
        };
    }
}
