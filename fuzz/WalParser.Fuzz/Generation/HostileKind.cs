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

    /// <summary>A batch that does not hold as many operations as it says, in a record that is whole.</summary>
    Batch,
}
