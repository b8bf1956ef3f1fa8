using WalParser.Findings;

namespace WalParser.Manifests;

/// <summary>
/// One record of a MANIFEST: the changes from one version of the database to the next. A property that the edit does not state is null or
/// empty. An edit is immutable after it is read, and its bytes are independent copies, so it remains valid; in names that are not valid
/// UTF-8, replacement characters stand for the invalid bytes.
/// </summary>
public sealed class VersionEdit
{
    internal VersionEdit(long offset) => Offset = offset;

    /// <summary>The offset of the edit's record in the MANIFEST, in bytes.</summary>
    public long Offset { get; }

    /// <summary>The damage at which the reading of the record ended; null if all of it was read.</summary>
    public Finding? Finding { get; internal set; }

    /// <summary>The id of the database, as in the file <c>IDENTITY</c>.</summary>
    public string? DatabaseId { get; internal set; }

    /// <summary>The name of the column family's comparator.</summary>
    public string? Comparator { get; internal set; }

    /// <summary>The lowest number of a WAL that may contain data that the column family still needs.</summary>
    public ulong? LogNumber { get; internal set; }

    /// <summary>The number of LevelDB's second live log; RocksDB writes 0.</summary>
    public ulong? PreviousLogNumber { get; internal set; }

    /// <summary>The lowest number that the next new file may get.</summary>
    public ulong? NextFileNumber { get; internal set; }

    /// <summary>The largest sequence number in use.</summary>
    public ulong? LastSequence { get; internal set; }

    /// <summary>The lowest number of a WAL that may contain data that any column family, or a prepared transaction, still needs.</summary>
    public ulong? MinLogNumberToKeep { get; internal set; }

    /// <summary>The largest id that any column family ever had; RocksDB never reuses ids.</summary>
    public uint? MaxColumnFamily { get; internal set; }

    /// <summary>The id of the column family that the edit applies to; 0, <c>default</c>, if the edit states none.</summary>
    public uint ColumnFamily { get; internal set; }

    /// <summary>
    /// The name of the column family that the edit creates with the id <see cref="ColumnFamily"/>; null if it creates none.
    /// </summary>
    public string? AddedColumnFamily { get; internal set; }

    /// <summary>The bytes of <see cref="AddedColumnFamily"/>, which need not be UTF-8; null if the edit creates no column family.</summary>
    public ReadOnlyMemory<byte>? AddedColumnFamilyBytes { get; internal set; }

    /// <summary>Whether the edit drops the column family.</summary>
    public bool DropsColumnFamily { get; internal set; }

    /// <summary>
    /// The number of edits of the same atomic group that follow; null if the edit is in no group. RocksDB applies a group completely or not
    /// at all.
    /// </summary>
    public uint? RemainingInAtomicGroup { get; internal set; }

    /// <summary>The table files that the edit adds.</summary>
    public IReadOnlyList<NewTableFile> NewFiles { get; internal set; } = [];

    /// <summary>The table files that the edit removes. They are removed before new files are added.</summary>
    public IReadOnlyList<DeletedTableFile> DeletedFiles { get; internal set; } = [];

    /// <summary>The compaction cursors that the edit sets.</summary>
    public IReadOnlyList<CompactionCursor> CompactionCursors { get; internal set; } = [];

    /// <summary>The blob files that the edit adds.</summary>
    public IReadOnlyList<BlobFileAddition> BlobFileAdditions { get; internal set; } = [];

    /// <summary>The blobs that the edit reports as no longer needed.</summary>
    public IReadOnlyList<BlobFileGarbage> BlobFileGarbages { get; internal set; } = [];

    /// <summary>The WALs that are tracked from this edit on, or whose synced size has grown.</summary>
    public IReadOnlyList<WalAddition> WalAdditions { get; internal set; } = [];

    /// <summary>The number below which WALs are no longer tracked.</summary>
    public ulong? WalDeletion { get; internal set; }

    /// <summary>The user-defined timestamp below which older versions may be gone; null if the edit does not state it.</summary>
    public ReadOnlyMemory<byte>? FullHistoryTimestampLow { get; internal set; }

    /// <summary>Whether table files contain the column family's user-defined timestamps.</summary>
    public bool? PersistsUserDefinedTimestamps { get; internal set; }

    /// <summary>
    /// The progress of a subcompaction, as written and not decoded; null if the edit does not state it. RocksDB writes it to files in the
    /// format of a MANIFEST, <c>COMPACTION_PROGRESS-…</c>, and not to the MANIFEST itself.
    /// </summary>
    public ReadOnlyMemory<byte>? SubcompactionProgress { get; internal set; }

    /// <summary>The size that the MANIFEST had when it was last rewritten, in bytes.</summary>
    public ulong? LastCompactedManifestFileSize { get; internal set; }

    /// <summary>Fields that this library does not know and that are safe to ignore.</summary>
    public IReadOnlyList<IgnoredField> Ignored { get; internal set; } = [];

    /// <summary>
    /// Reads an edit from the bytes of a MANIFEST's record. Damage is reported in <see cref="Finding"/>; the fields before it are set.
    /// </summary>
    /// <param name="record">The bytes of the record. The edit does not refer to them.</param>
    /// <param name="offset">The offset of the record in the MANIFEST.</param>
    public static VersionEdit Read(ReadOnlySpan<byte> record, long offset = 0)
    {
        var edit = new VersionEdit(offset);
        new VersionEditDecoder(record, edit).Decode();
        return edit;
    }
}
