namespace WalParser.Manifests;

/// <summary>
/// The tags of a VersionEdit's fields (RocksDB, <c>db/version_edit.h</c>). They are part of the file format and do not change.
/// </summary>
internal enum VersionEditTag : uint
{
    Comparator = 1,
    LogNumber = 2,
    NextFileNumber = 3,
    LastSequence = 4,
    CompactionCursor = 5,
    DeletedFile = 6,

    /// <summary>The form that LevelDB writes.</summary>
    NewFile = 7,
    PreviousLogNumber = 9,
    MinLogNumberToKeep = 10,

    /// <summary>The form of <see cref="NewFile"/>, with sequence numbers.</summary>
    NewFile2 = 100,

    /// <summary>The form of <see cref="NewFile2"/>, with a path id.</summary>
    NewFile3 = 102,

    /// <summary>The form of <see cref="NewFile2"/>, with custom fields.</summary>
    NewFile4 = 103,
    ColumnFamily = 200,
    ColumnFamilyAdd = 201,
    ColumnFamilyDrop = 202,
    MaxColumnFamily = 203,
    InAtomicGroup = 300,
    BlobFileAddition = 400,
    BlobFileGarbage = 401,

    /// <summary>The bit that marks a tag with a varstring body, so that a reader that does not know the tag can skip it.</summary>
    SafeIgnoreMask = 1 << 13,
    DatabaseId,
    BlobFileAdditionDeprecated,
    BlobFileGarbageDeprecated,

    /// <summary>Has a body without a length prefix in spite of its bit, as does <see cref="WalDeletion"/>.</summary>
    WalAddition,
    WalDeletion,
    FullHistoryTimestampLow,
    WalAddition2,
    WalDeletion2,
    PersistUserDefinedTimestamps,
    SubcompactionProgress,
    LastCompactedManifestFileSize,
}
