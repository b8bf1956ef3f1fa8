using System.Globalization;
using System.Text;
using WalParser.Coding;
using WalParser.Findings;

namespace WalParser.Manifests;

/// <summary>
/// Reads the fields of one edit: a sequence of varint32 tags, each followed by its body (RocksDB, <c>db/version_edit.cc</c>,
/// <c>db/wal_edit.cc</c>, <c>db/blob/blob_file_addition.cc</c>, <c>db/blob/blob_file_garbage.cc</c>). As in RocksDB, a repeated tag
/// replaces the earlier value, and bytes after the last field of a length-prefixed body are ignored. The fields of which an edit may
/// contain any number are checked and counted first; <see cref="EditEntries{T}"/> decodes them again, one by one.
/// </summary>
internal ref partial struct VersionEditDecoder
{
    // A reader must know custom tags of blob files with this bit (blob_file_addition.cc, kForwardIncompatibleMask).
    private const uint BlobFieldMustBeKnown = 1 << 6;
    private const uint BlobFieldsEnd = 0;
    private const uint WalFieldsEnd = 1;
    private const uint WalSyncedSize = 2;
    private const string NoWalNumber = "Error decoding WAL log number";
    private const string UnknownTag = "unknown tag";

    private readonly ReadOnlySpan<byte> _record;
    private readonly VersionEdit _edit;
    private ReadOnlySpan<byte> _rest;
    private readonly EditEntryKind _wanted;
    private EditEntryKind _kind;
    private NewTableFile? _newFile;
    private DeletedTableFile _deletedFile;
    private CompactionCursor _cursor;
    private BlobFileAddition _blobFile;
    private BlobFileGarbage _garbage;
    private WalAddition _wal;
    private IgnoredField _ignored;

    /// <summary>Creates a decoder of a record, or of a part of it that begins with a field.</summary>
    /// <param name="record">The record.</param>
    /// <param name="edit">The edit that receives the fields.</param>
    /// <param name="wanted">The kind of the entries that are decoded; the others are only checked.</param>
    public VersionEditDecoder(ReadOnlySpan<byte> record, VersionEdit edit, EditEntryKind wanted = EditEntryKind.None)
    {
        _record = record;
        _rest = record;
        _edit = edit;
        _wanted = wanted;
    }

    /// <summary>The number of bytes that were read.</summary>
    public readonly int Consumed => _record.Length - _rest.Length;

    /// <summary>Decodes all fields.</summary>
    public void Decode()
    {
        Span<int> counts = stackalloc int[(int)EditEntryKind.Ignored + 1];
        counts.Clear();
        while (!_rest.IsEmpty)
        {
            ReadOnlySpan<byte> start = _rest;
            if (!Varint.TryRead32(ref _rest, out uint tag))
            {
                Fail(start, 0, FindingKind.InvalidEditTag, "invalid tag");
                break;
            }

            _kind = EditEntryKind.None;
            if (ReadField((VersionEditTag)tag) is { } reason)
            {
                FindingKind kind = ReferenceEquals(reason, UnknownTag)
                    ? FindingKind.UnknownEditTag
                    : FindingKind.BadEditField;
                Fail(start, tag, kind, reason);
                break;
            }

            counts[(int)_kind]++;
        }

        SetEntries(counts);
    }

    /// <summary>Reads the next entry of the kind that is wanted. Returns false if there is none.</summary>
    public bool TryReadEntry()
    {
        while (Varint.TryRead32(ref _rest, out uint tag))
        {
            _kind = EditEntryKind.None;
            if (ReadField((VersionEditTag)tag) is not null)
            {
                return false;
            }

            if (_kind == _wanted)
            {
                return true;
            }
        }

        return false;
    }

    private readonly void SetEntries(ReadOnlySpan<int> counts)
    {
        if (!counts[1..].ContainsAnyExcept(0))
        {
            return;
        }

        byte[] record = _record.ToArray();
        _edit.NewFiles = Of(EditEntryKind.NewFile, counts, (in VersionEditDecoder read) => read._newFile!, _edit.NewFiles);
        _edit.DeletedFiles = Of(EditEntryKind.DeletedFile, counts, (in VersionEditDecoder read) => read._deletedFile, _edit.DeletedFiles);
        _edit.CompactionCursors =
            Of(EditEntryKind.CompactionCursor, counts, (in VersionEditDecoder read) => read._cursor, _edit.CompactionCursors);
        _edit.BlobFileAdditions =
            Of(EditEntryKind.BlobFileAddition, counts, (in VersionEditDecoder read) => read._blobFile, _edit.BlobFileAdditions);
        _edit.BlobFileGarbages =
            Of(EditEntryKind.BlobFileGarbage, counts, (in VersionEditDecoder read) => read._garbage, _edit.BlobFileGarbages);
        _edit.WalAdditions = Of(EditEntryKind.WalAddition, counts, (in VersionEditDecoder read) => read._wal, _edit.WalAdditions);
        _edit.Ignored = Of(EditEntryKind.Ignored, counts, (in VersionEditDecoder read) => read._ignored, _edit.Ignored);

        IReadOnlyList<T> Of<T>(EditEntryKind kind, ReadOnlySpan<int> counts, EditEntries<T>.EntryOf entryOf, IReadOnlyList<T> none) =>
            counts[(int)kind] == 0 ? none : new EditEntries<T>(record, kind, counts[(int)kind], entryOf);
    }

    private readonly void Fail(ReadOnlySpan<byte> start, uint tag, FindingKind kind, string reason) =>
        _edit.Finding = new Finding
        {
            Kind = kind,
            Offset = _record.Length - start.Length,
            Bytes = start.Length,
            Detail = string.Create(CultureInfo.InvariantCulture, $"tag {tag}"),
            Reason = reason,
        };

    /// <summary>
    /// Reads the body of a field. Returns the reason why it cannot be read, in which case the edit does not contain it; null on success.
    /// </summary>
    private string? ReadField(VersionEditTag tag)
    {
        switch (tag)
        {
            case VersionEditTag.Comparator:
                return ReadText(out string? comparator) ? Set(_edit.Comparator = comparator) : "comparator name";
            case VersionEditTag.LogNumber:
                return Read64(out ulong? logNumber) ? Set(_edit.LogNumber = logNumber) : "log number";
            case VersionEditTag.PreviousLogNumber:
                return Read64(out ulong? previous) ? Set(_edit.PreviousLogNumber = previous) : "previous log number";
            case VersionEditTag.NextFileNumber:
                return Read64(out ulong? next) ? Set(_edit.NextFileNumber = next) : "next file number";
            case VersionEditTag.LastSequence:
                return Read64(out ulong? sequence) ? Set(_edit.LastSequence = sequence) : "last sequence number";
            case VersionEditTag.MinLogNumberToKeep:
                return Read64(out ulong? min) ? Set(_edit.MinLogNumberToKeep = min) : "min log number to keep";
            case VersionEditTag.MaxColumnFamily:
                return Read32(out uint max) ? Set(_edit.MaxColumnFamily = max) : "max column family";
            case VersionEditTag.ColumnFamily:
                return Read32(out uint id) ? Set(_edit.ColumnFamily = id) : "set column family id";
            case VersionEditTag.ColumnFamilyAdd:
                return ReadAddedColumnFamily() ? null : "column family add";
            case VersionEditTag.ColumnFamilyDrop:
                return Set(_edit.DropsColumnFamily = true);
            case VersionEditTag.InAtomicGroup:
                return Read32(out uint remaining) ? Set(_edit.RemainingInAtomicGroup = remaining) : "remaining entries";
            case VersionEditTag.CompactionCursor:
                return ReadCursor();
            case VersionEditTag.DeletedFile:
                return ReadDeletedFile();
            case VersionEditTag.NewFile or VersionEditTag.NewFile2 or VersionEditTag.NewFile3 or VersionEditTag.NewFile4:
                return ReadNewFile(tag);
            case VersionEditTag.BlobFileAddition or VersionEditTag.BlobFileAdditionDeprecated:
                return ReadBlobFileAddition();
            case VersionEditTag.BlobFileGarbage or VersionEditTag.BlobFileGarbageDeprecated:
                return ReadBlobFileGarbage();
            case VersionEditTag.WalAddition:
                return AddWal(TryReadWalAddition(ref _rest, out WalAddition wal), wal);
            case VersionEditTag.WalDeletion:
                return Read64(out ulong? deletion) ? Set(_edit.WalDeletion = deletion) : NoWalNumber;
            default:
                return ReadIgnorable(tag);
        }
    }

    /// <summary>Reads the fields whose bodies are varstrings, so that unknown ones can be skipped.</summary>
    private string? ReadIgnorable(VersionEditTag tag)
    {
        if ((tag & VersionEditTag.SafeIgnoreMask) == 0)
        {
            return UnknownTag;
        }

        if (!TryReadBytes(ref _rest, out ReadOnlySpan<byte> body))
        {
            return tag switch
            {
                VersionEditTag.DatabaseId => "db id",
                VersionEditTag.FullHistoryTimestampLow => "full_history_ts_low",
                VersionEditTag.WalAddition2 => "WalAddition not prefixed by length",
                VersionEditTag.WalDeletion2 => "WalDeletion not prefixed by length",
                VersionEditTag.PersistUserDefinedTimestamps => "persist_user_defined_timestamps",
                VersionEditTag.SubcompactionProgress => "SubcompactionProgress not prefixed by length",
                _ => "safely ignoreable tag length error",
            };
        }

        switch (tag)
        {
            case VersionEditTag.DatabaseId:
                return Set(_edit.DatabaseId = Encoding.UTF8.GetString(body));
            case VersionEditTag.FullHistoryTimestampLow:
                return body.IsEmpty ? "full_history_ts_low: empty" : Set(_edit.FullHistoryTimestampLow = body.ToArray());
            case VersionEditTag.WalAddition2:
                return AddWal(TryReadWalAddition(ref body, out WalAddition wal), wal);
            case VersionEditTag.WalDeletion2:
                return Varint.TryRead64(ref body, out ulong deletion) ? Set(_edit.WalDeletion = deletion) : NoWalNumber;
            case VersionEditTag.PersistUserDefinedTimestamps:
                return body.Length == 1
                    ? Set(_edit.PersistsUserDefinedTimestamps = body[0] == 1)
                    : "persist_user_defined_timestamps field wrong size";
            case VersionEditTag.SubcompactionProgress:
                return Set(_edit.SubcompactionProgress = body.ToArray());
            case VersionEditTag.LastCompactedManifestFileSize:
                return Varint.TryRead64(ref body, out ulong size)
                    ? Set(_edit.LastCompactedManifestFileSize = size)
                    : "last compacted manifest file size";
            default:
                _ignored = new IgnoredField((uint)tag, body.Length);
                return Entry(EditEntryKind.Ignored);
        }
    }

    private string? ReadCursor()
    {
        if (!Read32(out uint level) || !TableFileDecoder.TryReadKey(ref _rest, out ReadOnlySpan<byte> key))
        {
            return "compaction cursor";
        }

        if (_wanted == EditEntryKind.CompactionCursor)
        {
            _cursor = new CompactionCursor((int)level, new InternalKey(key.ToArray()));
        }

        return Entry(EditEntryKind.CompactionCursor);
    }

    private string? ReadDeletedFile()
    {
        if (!Read32(out uint level) || !Varint.TryRead64(ref _rest, out ulong number))
        {
            return "deleted file";
        }

        _deletedFile = new DeletedTableFile((int)level, number);
        return Entry(EditEntryKind.DeletedFile);
    }

    private string? ReadNewFile(VersionEditTag tag)
    {
        string? reason = TableFileDecoder.TryRead(tag, ref _rest, out TableFileFields file);
        if (reason is not null)
        {
            return reason;
        }

        _edit.MinLogNumberToKeep = file.MinLogNumberToKeep ?? _edit.MinLogNumberToKeep;
        if (_wanted == EditEntryKind.NewFile)
        {
            _newFile = file.ToFile();
        }

        return Entry(EditEntryKind.NewFile);
    }

    private bool Read32(out uint value) => Varint.TryRead32(ref _rest, out value);

    private bool Read64(out ulong? value)
    {
        bool isRead = Varint.TryRead64(ref _rest, out ulong number);
        value = number;
        return isRead;
    }

    private bool ReadAddedColumnFamily()
    {
        if (!TryReadBytes(ref _rest, out ReadOnlySpan<byte> name))
        {
            return false;
        }

        // RocksDB takes any bytes for a name.
        _edit.AddedColumnFamily = Encoding.UTF8.GetString(name);
        _edit.AddedColumnFamilyBytes = name.ToArray();
        return true;
    }

    private bool ReadText(out string? text)
    {
        bool isRead = TryReadBytes(ref _rest, out ReadOnlySpan<byte> bytes);
        text = isRead ? Encoding.UTF8.GetString(bytes) : null;
        return isRead;
    }

    /// <summary>Reads a varstring: a length, followed by that many bytes.</summary>
    internal static bool TryReadBytes(scoped ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!Varint.TryRead32(ref input, out uint length) || length > input.Length)
        {
            return false;
        }

        bytes = input[..(int)length];
        input = input[(int)length..];
        return true;
    }

    /// <summary>Returns null, the result of a field that was read, after <paramref name="value"/> was assigned.</summary>
    private static string? Set<T>(T value)
    {
        _ = value;
        return null;
    }
}
