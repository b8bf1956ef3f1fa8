namespace WalParser.Kvrocks.Commands;

/// <summary>The kinds of <see cref="ConversionNote"/>.</summary>
public enum ConversionNoteKind
{
    /// <summary>Keys of a type that has no command form for the target, or values that it does not take: not converted.</summary>
    NoCommand,

    /// <summary>Records of column families that hold no keys: published messages, scripts, search indexes. Not converted.</summary>
    OtherFamily,

    /// <summary>Keys of which the log does not have all elements. The commands make what is known.</summary>
    IncompleteKey,

    /// <summary>
    /// Keys that were deleted or created anew while it is not known what they were before: a DEL was made in case there was something.
    /// </summary>
    UnknownBefore,

    /// <summary>Range deletions over keys that the log does not show: taken for a FLUSHDB or FLUSHALL by where they begin and end.</summary>
    UnknownRange,

    /// <summary>Places where something is missing between two batches, or in one: what is known from before is taken to hold behind it.</summary>
    Gap,

    /// <summary>Operations that cannot be read as what Kvrocks stores.</summary>
    Undecodable,

    /// <summary>
    /// Commands that may name wrong keys: keys behind them showed that it had been judged wrongly whether keys carry their slot. Never so if
    /// <see cref="Dataset.KeyspaceOptions.SlotEncoding"/> says it beforehand.
    /// </summary>
    SlotEncodingTurned,

    /// <summary>Changes in namespaces that were not asked for.</summary>
    OtherNamespace,

    /// <summary>Commands that Redis 7.0 does not know: HPEXPIREAT (Redis 7.4), JSON.SET (Redis 8, or a module).</summary>
    NeedsNewerServer,

    /// <summary>
    /// Keys of type sortedint that have, in Redis, a number above 2⁵³ whose score is rounded, as a double: its member is whole, but members whose scores are
    /// rounded to the same are ordered as text.
    /// </summary>
    RoundedScore,
}
