using System.Buffers.Binary;
using System.Text;
using WalParser.Coding;

namespace WalParser.Manifests;

/// <summary>Reads the four forms in which edits add table files, and the custom fields of the newest form.</summary>
internal static class TableFileDecoder
{
    // A reader must know custom tags with this bit (db/version_edit.h, kCustomTagNonSafeIgnoreMask).
    private const uint MustBeKnown = 1 << 6;
    private const int LargestPathId = 3;

    // NewFileCustomTag in db/version_edit.h; RocksDB's names begin with k, such as kUserDefinedTimestampsPersisted.
    private enum Field : uint
    {
        End = 1,
        NeedCompaction = 2,
        MinLogNumberToKeep = 3,
        OldestBlobFileNumber = 4,
        OldestAncestorTime = 5,
        FileCreationTime = 6,
        FileChecksum = 7,
        FileChecksumFunction = 8,
        Temperature = 9,
        MinTimestamp = 10,
        MaxTimestamp = 11,
        UniqueId = 12,
        EpochNumber = 13,
        CompensatedRangeDeletionSize = 14,
        TailSize = 15,
        UserDefinedTimestampsPersisted = 16,
        FileOpenMetadata = 17,
        PathId = 65,
    }

    /// <summary>
    /// Reads a file from the start of <paramref name="input"/>. Returns the reason why it cannot be read; null on success.
    /// </summary>
    public static string? TryRead(VersionEditTag form, ref ReadOnlySpan<byte> input, out NewTableFile? file, out ulong? minLogNumberToKeep)
    {
        file = null;
        minLogNumberToKeep = null;
        uint pathId = 0;
        if (!Varint.TryRead32(ref input, out uint level)
            || !Varint.TryRead64(ref input, out ulong number)
            || (form == VersionEditTag.NewFile3 && !Varint.TryRead32(ref input, out pathId))
            || !Varint.TryRead64(ref input, out ulong size)
            || !TryReadKey(ref input, out InternalKey smallest)
            || !TryReadKey(ref input, out InternalKey largest))
        {
            return Entry(form);
        }

        var read = new NewTableFile
        {
            Level = (int)level,
            Number = number,
            PathId = pathId,
            Size = size,
            Smallest = smallest,
            Largest = largest,
        };
        if (form != VersionEditTag.NewFile)
        {
            if (!Varint.TryRead64(ref input, out ulong smallestSequence) || !Varint.TryRead64(ref input, out ulong largestSequence))
            {
                return Entry(form);
            }

            read = read with { SmallestSequence = smallestSequence, LargestSequence = largestSequence };
        }

        string? reason = form == VersionEditTag.NewFile4 ? ReadFields(ref input, ref read, out minLogNumberToKeep) : null;
        file = reason is null ? read : null;
        return reason;
    }

    /// <summary>
    /// Reads a key with a length prefix. RocksDB also rejects keys of unknown types; this reader accepts them, because newer releases
    /// define more types.
    /// </summary>
    public static bool TryReadKey(ref ReadOnlySpan<byte> input, out InternalKey key)
    {
        if (VersionEditDecoder.TryReadBytes(ref input, out ReadOnlySpan<byte> bytes) && bytes.Length >= InternalKey.TrailerSize)
        {
            key = new InternalKey(bytes.ToArray());
            return true;
        }

        key = default;
        return false;
    }

    private static string Entry(VersionEditTag form) => form switch
    {
        VersionEditTag.NewFile => "new-file entry",
        VersionEditTag.NewFile2 => "new-file2 entry",
        VersionEditTag.NewFile3 => "new-file3 entry",
        _ => "new-file4 entry",
    };

    private static string? ReadFields(ref ReadOnlySpan<byte> input, ref NewTableFile file, out ulong? minLogNumberToKeep)
    {
        minLogNumberToKeep = null;
        List<IgnoredField>? ignored = null;
        while (true)
        {
            if (!Varint.TryRead32(ref input, out uint tag))
            {
                return "new-file4 custom field";
            }

            if ((Field)tag == Field.End)
            {
                file = ignored is null ? file : file with { Ignored = ignored };
                return null;
            }

            if (!VersionEditDecoder.TryReadBytes(ref input, out ReadOnlySpan<byte> field))
            {
                return "new-file4 custom field length prefixed slice error";
            }

            if ((Field)tag == Field.MinLogNumberToKeep)
            {
                // The field is here because older readers could ignore unknown fields only in this place.
                if (!BinaryPrimitives.TryReadUInt64LittleEndian(field, out ulong min))
                {
                    return "deleted log number malformatted";
                }

                minLogNumberToKeep = min;
            }
            else if (Enum.IsDefined((Field)tag))
            {
                if (ReadField((Field)tag, field, ref file) is { } reason)
                {
                    return reason;
                }
            }
            else if ((tag & MustBeKnown) != 0)
            {
                return "new-file4 custom field not supported";
            }
            else
            {
                (ignored ??= []).Add(new IgnoredField(tag, field.Length));
            }
        }
    }

    private static string? ReadField(Field tag, ReadOnlySpan<byte> field, ref NewTableFile file)
    {
        const int UniqueIdSize = 16;
        ulong number = 0;
        bool isNumber = tag is not (Field.OldestBlobFileNumber or Field.OldestAncestorTime or Field.FileCreationTime or Field.EpochNumber
            or Field.CompensatedRangeDeletionSize or Field.TailSize) || Varint.TryRead64(ref field, out number);
        switch (tag)
        {
            case Field.PathId when field.Length != 1:
                return "path_id field wrong size";
            case Field.PathId when field[0] > LargestPathId:
                return "path_id wrong value";
            case Field.PathId:
                file = file with { PathId = field[0] };
                return null;
            case Field.NeedCompaction when field.Length != 1:
                return "need_compaction field wrong size";
            case Field.NeedCompaction:
                file = file with { IsMarkedForCompaction = field[0] == 1 };
                return null;
            case Field.OldestBlobFileNumber:
                file = file with { OldestBlobFile = number == 0 ? null : number };
                return isNumber ? null : "invalid oldest blob file number";
            case Field.OldestAncestorTime:
                file = file with { OldestAncestorTimeSeconds = number };
                return isNumber ? null : "invalid oldest ancester time";
            case Field.FileCreationTime:
                file = file with { CreationTimeSeconds = number };
                return isNumber ? null : "invalid file creation time";
            case Field.EpochNumber:
                file = file with { EpochNumber = number };
                return isNumber ? null : "invalid epoch number";
            case Field.FileChecksum:
                file = file with { Checksum = field.ToArray() };
                return null;
            case Field.FileChecksumFunction:
                file = file with { ChecksumFunction = Encoding.UTF8.GetString(field) };
                return null;
            case Field.Temperature when field.Length != 1:
                return "temperature field wrong size";
            case Field.Temperature:
                file = file with { Temperature = field[0] };
                return null;
            case Field.MinTimestamp:
                file = file with { MinTimestamp = field.ToArray() };
                return null;
            case Field.MaxTimestamp:
                file = file with { MaxTimestamp = field.ToArray() };
                return null;
            case Field.UniqueId when field.Length != UniqueIdSize:
                return "invalid unique id";
            case Field.UniqueId:
                file = file with { UniqueId = field.ToArray() };
                return null;
            case Field.CompensatedRangeDeletionSize:
                file = file with { CompensatedRangeDeletionSize = number };
                return isNumber ? null : "Invalid compensated range deletion size";
            case Field.TailSize:
                file = file with { TailSize = number };
                return isNumber ? null : "invalid tail start offset";
            case Field.UserDefinedTimestampsPersisted when field.Length != 1:
                return "user-defined timestamps persisted field wrong size";
            case Field.UserDefinedTimestampsPersisted:
                file = file with { HasUserDefinedTimestamps = field[0] == 1 };
                return null;
            default:
                file = file with { OpenMetadata = field.ToArray() };
                return null;
        }
    }
}
