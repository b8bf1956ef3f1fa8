namespace WalParser.Fuzz.Generation;

/// <summary>What is wrong with a generated log.</summary>
internal enum HostileKind
{
    /// <summary>A fragment's checksum does not hold.</summary>
    Checksum,

    /// <summary>A fragment's length reaches beyond its block.</summary>
    Length,

    /// <summary>Zeros from the end of a record to the end of its block, as in space that was allocated and never written.</summary>
    Zeros,

    /// <summary>The first fragment of a record is missing.</summary>
    MissingStart,

    /// <summary>The last fragment of a record is missing.</summary>
    MissingEnd,

    /// <summary>A fragment of a type that there is not.</summary>
    UnknownType,

    /// <summary>A fragment of a recycled log's earlier life.</summary>
    OldRecord,

    /// <summary>A fragment with a log number in a log whose fragments have none; RocksDB's own reader loops forever there.</summary>
    UnexpectedRecyclable,

    /// <summary>The log ends in the middle of a record.</summary>
    Truncated,

    /// <summary>A batch that does not hold as many operations as it says, in a record that is whole: there are fewer, or a tag is unknown, or a key is cut.</summary>
    Batch,

    /// <summary>A fragment's type is not the one that its checksum covers.</summary>
    WrongType,

    /// <summary>A live fragment of a recyclable log, whose log number is not the one that its checksum covers.</summary>
    WrongLogNumber,

    /// <summary>A fragment reaches over the end of its block, as none may.</summary>
    CrossesBlock,

    /// <summary>The fragments of a record stand in the wrong order: the last comes first.</summary>
    FragmentOrder,

    /// <summary>In a compressed log, a fragment that is no part of a Zstandard frame, or a frame whose own checksum does not hold, under a good checksum. RocksDB reads nothing behind it.</summary>
    BadFrame,

    /// <summary>In a compressed log, a record of some hundred bytes that decompresses to 4 MiB.</summary>
    Bomb,

    /// <summary>The compression is declared behind records; those that follow are compressed.</summary>
    LateCompression,

    /// <summary>The compression is declared twice.</summary>
    RepeatedCompression,

    /// <summary>A declaration of timestamp sizes that is cut short, has a size of zero, or contradicts one before it.</summary>
    TimestampSizes,

    /// <summary>What is said of the log before is cut short, or names a log that cannot be before this one.</summary>
    Predecessor,
}
