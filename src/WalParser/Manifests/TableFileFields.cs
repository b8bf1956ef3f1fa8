using System.Text;
using WalParser.Coding;

namespace WalParser.Manifests;

/// <summary>The fields of a table file that an edit adds, in place: its bytes are those of the record.</summary>
internal ref struct TableFileFields
{
    public TableFileFields()
    {
    }

    public int Level;
    public ulong Number;
    public uint PathId;
    public ulong Size;
    public ReadOnlySpan<byte> Smallest;
    public ReadOnlySpan<byte> Largest;
    public ulong? SmallestSequence;
    public ulong? LargestSequence;
    public ulong? MinLogNumberToKeep;
    public bool IsMarkedForCompaction;
    public ulong? OldestBlobFile;
    public ulong? OldestAncestorTimeSeconds;
    public ulong? CreationTimeSeconds;
    public ulong? EpochNumber;
    public ReadOnlySpan<byte> Checksum;
    public bool HasChecksumFunction;
    public ReadOnlySpan<byte> ChecksumFunction;
    public byte? Temperature;
    public ReadOnlySpan<byte> MinTimestamp;
    public ReadOnlySpan<byte> MaxTimestamp;
    public ReadOnlySpan<byte> UniqueId;
    public ulong? CompensatedRangeDeletionSize;
    public ulong? TailSize;
    public bool HasUserDefinedTimestamps = true;
    public ReadOnlySpan<byte> OpenMetadata;

    /// <summary>The custom fields, valid and followed by the end mark, of which some are not known; empty if all are known.</summary>
    public ReadOnlySpan<byte> WithIgnored;

    /// <summary>The number of custom fields that are not known.</summary>
    public int IgnoredCount;

    /// <summary>Returns the file, with its own copies of the bytes.</summary>
    public readonly NewTableFile ToFile() => new()
    {
        Level = Level,
        Number = Number,
        PathId = PathId,
        Size = Size,
        Smallest = new InternalKey(Smallest.ToArray()),
        Largest = new InternalKey(Largest.ToArray()),
        SmallestSequence = SmallestSequence,
        LargestSequence = LargestSequence,
        IsMarkedForCompaction = IsMarkedForCompaction,
        OldestBlobFile = OldestBlobFile,
        OldestAncestorTimeSeconds = OldestAncestorTimeSeconds,
        CreationTimeSeconds = CreationTimeSeconds,
        EpochNumber = EpochNumber,
        Checksum = Checksum.ToArray(),
        ChecksumFunction = HasChecksumFunction ? Encoding.UTF8.GetString(ChecksumFunction) : null,
        Temperature = Temperature,
        MinTimestamp = MinTimestamp.ToArray(),
        MaxTimestamp = MaxTimestamp.ToArray(),
        UniqueId = UniqueId.ToArray(),
        CompensatedRangeDeletionSize = CompensatedRangeDeletionSize,
        TailSize = TailSize,
        HasUserDefinedTimestamps = HasUserDefinedTimestamps,
        OpenMetadata = OpenMetadata.ToArray(),
        Ignored = IgnoredCount == 0 ? [] : ListIgnored(),
    };

    private readonly IgnoredField[] ListIgnored()
    {
        // Counted before, because a list that grows would hold the fields twice.
        var ignored = new IgnoredField[IgnoredCount];
        ReadOnlySpan<byte> rest = WithIgnored;
        int count = 0;
        while (count < ignored.Length
            && Varint.TryRead32(ref rest, out uint tag)
            && VersionEditDecoder.TryReadBytes(ref rest, out ReadOnlySpan<byte> field))
        {
            if (!TableFileDecoder.IsKnown(tag))
            {
                ignored[count++] = new IgnoredField(tag, field.Length);
            }
        }

        return ignored;
    }
}
