namespace WalParser.Manifests;

/// <summary>What can be wrong with a MANIFEST. Where RocksDB meets one of these, it refuses the database.</summary>
public enum ManifestProblemKind
{
    /// <summary>Damage to the framing: edits are missing.</summary>
    Framing,

    /// <summary>An edit that cannot be read to its end.</summary>
    UndecodableEdit,

    /// <summary>An edit that does not belong to the atomic group before it, or an atomic group that is cut short by one.</summary>
    BrokenAtomicGroup,

    /// <summary>An edit about a column family that was never added, or was dropped.</summary>
    UnknownColumnFamily,

    /// <summary>A column family that is added under an id that was used before.</summary>
    ColumnFamilyAddedTwice,

    /// <summary>An edit that drops the column family 0, <c>default</c>, which always exists.</summary>
    DefaultColumnFamilyDropped,

    /// <summary>A comparator other than the one that the column family was created with.</summary>
    ComparatorChanged,

    /// <summary>A table file that is added though it is there.</summary>
    TableFileAddedTwice,

    /// <summary>A table file that is deleted where it is not.</summary>
    UnknownTableFile,

    /// <summary>A blob file that is added though it is there.</summary>
    BlobFileAddedTwice,

    /// <summary>Garbage in a blob file that is not there.</summary>
    UnknownBlobFile,

    /// <summary>A WAL that is tracked as new though it is tracked.</summary>
    WalAddedTwice,

    /// <summary>The MANIFEST says nothing of the log number, the next file number or the last sequence number.</summary>
    Incomplete,
}
