namespace WalParser.Kvrocks.Commands;

/// <summary>The kinds of <see cref="ConversionNote"/>.</summary>
public enum ConversionNoteKind
{
    /// <summary>
    /// Keys of a type for which the target has no commands, or with values that it does not accept. They are not converted. Keys of such a
    /// type count if they exist at the end of the log, and are noted by <see cref="CommandConverter.Complete"/>. An
    /// <see cref="UndoConverter"/> leaves them alone.
    /// </summary>
    NoCommand,

    /// <summary>Records of column families without keys: published messages, scripts, search indexes. They are not converted.</summary>
    OtherFamily,

    /// <summary>
    /// Keys whose elements are not all in the log. The commands set the known ones; an <see cref="UndoConverter"/> leaves the keys alone.
    /// </summary>
    IncompleteKey,

    /// <summary>
    /// Keys that were deleted or created anew, and whose state before is not known. A DEL was written in case they existed;
    /// an <see cref="UndoConverter"/> leaves keys alone whose state before is not known.
    /// </summary>
    UnknownBefore,

    /// <summary>
    /// Range deletions over keys that the log does not show, converted to FLUSHDB or FLUSHALL because of their bounds. An
    /// <see cref="UndoConverter"/> cannot bring those keys back.
    /// </summary>
    UnknownRange,

    /// <summary>
    /// Gaps between two batches, or damage in one. The state from before is assumed to be unchanged after it; an
    /// <see cref="UndoConverter"/> does not rely on it.
    /// </summary>
    Gap,

    /// <summary>Operations that cannot be read as records of Kvrocks.</summary>
    Undecodable,

    /// <summary>
    /// Commands that may have wrong keys: later keys have shown that the assumption whether keys have their slot was wrong. This does not
    /// happen if <see cref="Dataset.KeyspaceOptions.SlotEncoding"/> is set.
    /// </summary>
    SlotEncodingTurned,

    /// <summary>Changes in namespaces that are not converted.</summary>
    OtherNamespace,

    /// <summary>Commands that Redis 7.0 does not know: HPEXPIREAT (Redis 7.4), JSON.SET (Redis 8, or a module).</summary>
    NeedsNewerServer,

    /// <summary>
    /// Keys of type sortedint with a number above 2⁵³ whose score in Redis is rounded, because it is a double. The member is exact, but
    /// members with the same rounded score are ordered as text.
    /// </summary>
    RoundedScore,

    /// <summary>
    /// Keys whose elements would have to be written again and again, though the log does not write them: metadata shows other elements, or
    /// shows them as another type, as no server writes it. Some states in between were left out, so that the commands are in proportion to
    /// the log; the last state is written.
    /// </summary>
    StatesOmitted,

    /// <summary>
    /// Keys whose expiry, or that of some of their fields, has passed since the state that an <see cref="UndoConverter"/> brings back: they
    /// are deleted.
    /// </summary>
    Expired,

    /// <summary>
    /// Namespaces that were emptied, and of which the log does not show every key. In a cluster, only the keys that the log shows are
    /// deleted: FLUSHDB would delete the keys of one node, and those of other programs.
    /// </summary>
    UnknownKept,

    /// <summary>
    /// Hashes of which fields were written without their expiry (<see cref="CommandOptions.WithFieldExpiry"/>): such a field stays.
    /// </summary>
    FieldExpiryOmitted,

    /// <summary>
    /// JSON documents that were not converted because the caller does not want them (<see cref="CommandOptions.WithJson"/>). Those that
    /// exist at the end of the log count; an <see cref="UndoConverter"/> leaves them alone.
    /// </summary>
    JsonOmitted,

    /// <summary>
    /// Streams with counters that no server accepts, such as a deleted id after any that the stream has handed out: a fault of the server,
    /// or damage. The commands set the nearest counters that agree with the entries.
    /// </summary>
    ImpossibleCounters,

    /// <summary>
    /// Keys whose metadata counts more elements than the logs have, although these have everything since the database was created: the
    /// server has miscounted. The commands set all elements.
    /// </summary>
    Miscounted,

    /// <summary>
    /// Keys that have another type on the server, because the commands are for Redis, which does not have theirs: bitmaps and HyperLogLogs
    /// become strings, sortedints become sorted sets. A Kvrocks server keeps the types with <see cref="CommandTarget.Kvrocks"/>.
    /// </summary>
    OtherType,

    /// <summary>
    /// Time series whose rule (TS.CREATERULE) is not on the server, or begins anew there: what it has counted for the latest bucket is
    /// missing. No command sets it.
    /// </summary>
    RuleNotRestored,
}
