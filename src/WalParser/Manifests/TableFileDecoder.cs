using System.Buffers.Binary;
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
    public static string? TryRead(VersionEditTag form, scoped ref ReadOnlySpan<byte> input, out TableFileFields file)
    {
        var read = new TableFileFields();
        file = read;
        if (!Varint.TryRead32(ref input, out uint level)
            || !Varint.TryRead64(ref input, out read.Number)
            || (form == VersionEditTag.NewFile3 && !Varint.TryRead32(ref input, out read.PathId))
            || !Varint.TryRead64(ref input, out read.Size)
            || !TryReadKey(ref input, out read.Smallest)
            || !TryReadKey(ref input, out read.Largest))
        {
            return Entry(form);
        }

        read.Level = (int)level;
        if (form != VersionEditTag.NewFile)
        {
            if (!Varint.TryRead64(ref input, out ulong smallestSequence) || !Varint.TryRead64(ref input, out ulong largestSequence))
            {
                return Entry(form);
            }

            read.SmallestSequence = smallestSequence;
            read.LargestSequence = largestSequence;
        }

        string? reason = form == VersionEditTag.NewFile4 ? ReadFields(ref input, ref read) : null;
        file = read;
        return reason;
    }

    /// <summary>
    /// Reads a key with a length prefix. RocksDB also rejects keys of unknown types; this reader accepts them, because newer releases
    /// define more types.
    /// </summary>
    public static bool TryReadKey(scoped ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> key) =>
        VersionEditDecoder.TryReadBytes(ref input, out key) && key.Length >= InternalKey.TrailerSize;

    /// <summary>Returns whether a custom field is known.</summary>
    public static bool IsKnown(uint tag) => Enum.IsDefined((Field)tag);

    private static string Entry(VersionEditTag form) => form switch
    {
        VersionEditTag.NewFile => "new-file entry",
        VersionEditTag.NewFile2 => "new-file2 entry",
        VersionEditTag.NewFile3 => "new-file3 entry",
        _ => "new-file4 entry",
    };

    private static string? ReadFields(scoped ref ReadOnlySpan<byte> input, ref TableFileFields file)
    {
        ReadOnlySpan<byte> fields = input;
        while (true)
        {
            if (!Varint.TryRead32(ref input, out uint tag))
            {
                return "new-file4 custom field";
            }

            if ((Field)tag == Field.End)
            {
                file.WithIgnored = file.IgnoredCount == 0 ? default : fields;
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

                file.MinLogNumberToKeep = min;
            }
            else if (IsKnown(tag))
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
                file.IgnoredCount++;
            }
        }
    }

    private static string? ReadField(Field tag, ReadOnlySpan<byte> field, ref TableFileFields file)
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
                file.PathId = field[0];
                return null;
            case Field.NeedCompaction when field.Length != 1:
                return "need_compaction field wrong size";
            case Field.NeedCompaction:
                file.IsMarkedForCompaction = field[0] == 1;
                return null;
            case Field.OldestBlobFileNumber:
                file.OldestBlobFile = number == 0 ? null : number;
                return isNumber ? null : "invalid oldest blob file number";
            case Field.OldestAncestorTime:
                file.OldestAncestorTimeSeconds = number;
                return isNumber ? null : "invalid oldest ancester time";
            case Field.FileCreationTime:
                file.CreationTimeSeconds = number;
                return isNumber ? null : "invalid file creation time";
            case Field.EpochNumber:
                file.EpochNumber = number;
                return isNumber ? null : "invalid epoch number";
            case Field.FileChecksum:
                file.Checksum = field;
                return null;
            case Field.FileChecksumFunction:
                file.HasChecksumFunction = true;
                file.ChecksumFunction = field;
                return null;
            case Field.Temperature when field.Length != 1:
                return "temperature field wrong size";
            case Field.Temperature:
                file.Temperature = field[0];
                return null;
            case Field.MinTimestamp:
                file.MinTimestamp = field;
                return null;
            case Field.MaxTimestamp:
                file.MaxTimestamp = field;
                return null;
            case Field.UniqueId when field.Length != UniqueIdSize:
                return "invalid unique id";
            case Field.UniqueId:
                file.UniqueId = field;
                return null;
            case Field.CompensatedRangeDeletionSize:
                file.CompensatedRangeDeletionSize = number;
                return isNumber ? null : "Invalid compensated range deletion size";
            case Field.TailSize:
                file.TailSize = number;
                return isNumber ? null : "invalid tail start offset";
            case Field.UserDefinedTimestampsPersisted when field.Length != 1:
                return "user-defined timestamps persisted field wrong size";
            case Field.UserDefinedTimestampsPersisted:
                file.HasUserDefinedTimestamps = field[0] == 1;
                return null;
            default:
                file.OpenMetadata = field;
                return null;
        }
    }
}
