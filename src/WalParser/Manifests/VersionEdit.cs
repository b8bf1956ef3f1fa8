using WalParser.Findings;

namespace WalParser.Manifests;

/// <summary>
/// One record of a MANIFEST: what changed from one version of the database to the next. What an edit does not say is null or
/// empty. Immutable once it was read, and its bytes are copies of its own, so it stays valid; names that are no UTF-8 have
/// replacement characters.
/// </summary>
public sealed class VersionEdit
{
    internal VersionEdit(long offset) => Offset = offset;

    /// <summary>Offset in the MANIFEST, in bytes, of its record.</summary>
    public long Offset { get; }

    /// <summary>The damage that ended the reading of the record; null if all of it was read.</summary>
    public Finding? Corruption { get; internal set; }

    /// <summary>The database's id, the one in the file <c>IDENTITY</c>.</summary>
    public string? DatabaseId { get; internal set; }

    /// <summary>The name of the column family's comparator.</summary>
    public string? Comparator { get; internal set; }

    /// <summary>WALs with smaller numbers than this hold nothing that the column family still needs.</summary>
    public ulong? LogNumber { get; internal set; }

    /// <summary>LevelDB's second live log; RocksDB writes 0.</summary>
    public ulong? PreviousLogNumber { get; internal set; }

    /// <summary>The number that the next new file gets, at the least.</summary>
    public ulong? NextFileNumber { get; internal set; }

    /// <summary>The largest sequence number in use.</summary>
    public ulong? LastSequence { get; internal set; }

    /// <summary>WALs with smaller numbers than this hold nothing that any column family, or a prepared transaction, still needs.</summary>
    public ulong? MinLogNumberToKeep { get; internal set; }

    /// <summary>The largest id that a column family ever had; ids are never used again.</summary>
    public uint? MaxColumnFamily { get; internal set; }

    /// <summary>The id of the column family that the edit is about; 0, <c>default</c>, if it names none.</summary>
    public uint ColumnFamily { get; internal set; }

    /// <summary>The name of the column family that the edit creates, under the id <see cref="ColumnFamily"/>; null if it creates none.</summary>
    public string? AddedColumnFamily { get; internal set; }

    /// <summary>Whether the edit drops the column family.</summary>
    public bool DropsColumnFamily { get; internal set; }

    /// <summary>How many edits of the same atomic group follow; null if it is in none. The edits of a group count together or not at all.</summary>
    public uint? RemainingInAtomicGroup { get; internal set; }

    /// <summary>The table files that it adds.</summary>
    public IReadOnlyList<NewTableFile> NewFiles { get; internal set; } = [];

    /// <summary>The table files that it removes; they are removed before the others are added.</summary>
    public IReadOnlyList<DeletedTableFile> DeletedFiles { get; internal set; } = [];

    /// <summary>The compaction cursors that it sets.</summary>
    public IReadOnlyList<CompactionCursor> CompactionCursors { get; internal set; } = [];

    /// <summary>The blob files that it adds.</summary>
    public IReadOnlyList<BlobFileAddition> BlobFileAdditions { get; internal set; } = [];

    /// <summary>The blobs that it says are no longer needed.</summary>
    public IReadOnlyList<BlobFileGarbage> BlobFileGarbages { get; internal set; } = [];

    /// <summary>The WALs that are tracked from here on, or whose synced size has grown.</summary>
    public IReadOnlyList<WalAddition> WalAdditions { get; internal set; } = [];

    /// <summary>WALs with smaller numbers than this are no longer tracked.</summary>
    public ulong? WalDeletion { get; internal set; }

    /// <summary>Older versions than this user-defined timestamp may be gone; null if it does not say.</summary>
    public ReadOnlyMemory<byte>? FullHistoryTimestampLow { get; internal set; }

    /// <summary>Whether the column family's user-defined timestamps are kept in table files.</summary>
    public bool? PersistsUserDefinedTimestamps { get; internal set; }

    /// <summary>
    /// How far a subcompaction has come, as it was written and not looked into; null if it does not say. RocksDB writes it to
    /// files of the MANIFEST's form, <c>COMPACTION_PROGRESS-…</c>, and not to the MANIFEST itself.
    /// </summary>
    public ReadOnlyMemory<byte>? SubcompactionProgress { get; internal set; }

    /// <summary>The size in bytes that the MANIFEST had when it was last written anew.</summary>
    public ulong? LastCompactedManifestFileSize { get; internal set; }

    /// <summary>Fields that are not known here and may be ignored.</summary>
    public IReadOnlyList<IgnoredField> Ignored { get; internal set; } = [];

    /// <summary>
    /// Reads an edit from the bytes of a MANIFEST's record. Damage is told by <see cref="Corruption"/>; the fields before it
    /// are there.
    /// </summary>
    /// <param name="record">The record's bytes, which are not kept.</param>
    /// <param name="offset">Where in the MANIFEST the record lies.</param>
    public static VersionEdit Read(ReadOnlySpan<byte> record, long offset = 0)
    {
        var edit = new VersionEdit(offset);
        new VersionEditDecoder(record, edit).Decode();
        return edit;
    }
}
