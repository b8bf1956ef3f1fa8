namespace WalParser.Testing.Generation;

/// <summary>The flaw of a generated log.</summary>
public enum HostileKind
{
    /// <summary>The checksum of a fragment is wrong.</summary>
    Checksum,

    /// <summary>The length of a fragment exceeds its block.</summary>
    Length,

    /// <summary>Zeros fill the rest of a block after a record, as in space that is allocated and not written.</summary>
    Zeros,

    /// <summary>The first fragment of a record is missing.</summary>
    MissingStart,

    /// <summary>The last fragment of a record is missing.</summary>
    MissingEnd,

    /// <summary>A fragment has an unknown type.</summary>
    UnknownType,

    /// <summary>A fragment is of an earlier log in the same file, which was recycled.</summary>
    OldRecord,

    /// <summary>A fragment has a log number, in a log whose fragments have none. RocksDB's reader loops forever there.</summary>
    UnexpectedRecyclable,

    /// <summary>The log ends in the middle of a record.</summary>
    Truncated,

    /// <summary>
    /// A batch in a whole record has another number of operations than its header states: there are fewer, a tag is unknown, or a key is
    /// cut.
    /// </summary>
    Batch,

    /// <summary>The type of a fragment is not the one that its checksum covers.</summary>
    WrongType,

    /// <summary>The log number of a live fragment in a recyclable log is not the one that its checksum covers.</summary>
    WrongLogNumber,

    /// <summary>A fragment crosses the end of its block.</summary>
    CrossesBlock,

    /// <summary>The fragments of a record are in the wrong order: the last is before the first.</summary>
    FragmentOrder,

    /// <summary>
    /// In a compressed log, a fragment with a correct checksum is not part of a Zstandard frame, or the checksum of the frame is wrong.
    /// RocksDB reads nothing after it.
    /// </summary>
    BadFrame,

    /// <summary>In a compressed log, a record of some hundred bytes decompresses to 4 MiB.</summary>
    Bomb,

    /// <summary>The compression is declared after records. The records after the declaration are compressed.</summary>
    LateCompression,

    /// <summary>The compression is declared twice.</summary>
    RepeatedCompression,

    /// <summary>A declaration of timestamp sizes is cut, contains a size of 0, or contradicts an earlier one.</summary>
    TimestampSizes,

    /// <summary>The record about the log before is cut, or names a log that cannot be before this one.</summary>
    Predecessor,
}
