namespace WalParser.Kvrocks.Rdb;

/// <summary>The kinds of <see cref="RdbNote"/>.</summary>
public enum RdbNoteKind
{
    /// <summary>
    /// Keys of a type that RDB files do not have: JSON, Bloom filters, t-digests, time series and so on. They are not in the file.
    /// </summary>
    NoRdbType,

    /// <summary>Keys of which no element is known, because all were written before the log. They are not in the file.</summary>
    NoElements,

    /// <summary>
    /// Bitmaps of more than 64 MiB of which less than half is stored, or of more than 512 MiB, which servers do not allow. They are not in
    /// the file, which would otherwise be out of proportion to the log.
    /// </summary>
    SparseBitmap,

    /// <summary>
    /// Keys that are in the log twice, with different slots, as no server writes them. Only the first of each is in the file, because a
    /// server refuses a file with the same key twice.
    /// </summary>
    RepeatedKey,

    /// <summary>
    /// Streams with entries, groups or pending entries that no server has: without fields, or with the id 0-0. The others are in the file.
    /// </summary>
    ImpossibleElement,

    /// <summary>Hashes whose fields expire, in a file of a version before 12. The fields are in the file and never expire.</summary>
    FieldExpiry,

    /// <summary>Keys whose elements are not all in the log. The known ones are in the file.</summary>
    IncompleteKey,

    /// <summary>
    /// Keys of type sortedint with numbers above 2^53. They are sorted sets in the file, and the scores are rounded; the members are exact.
    /// </summary>
    RoundedScore,

    /// <summary>
    /// Streams with counters that no server accepts, such as a deleted id after any that the stream has handed out: a fault of the server,
    /// or damage. The file has the nearest counters that agree with the entries.
    /// </summary>
    ImpossibleCounters,

    /// <summary>Keys of which the server counts more elements than it has. All that it has are in the file.</summary>
    Miscounted,

    /// <summary>Keys of which the server counts elements and has none, which Redis does not allow. They are not in the file.</summary>
    Empty,
}
