using WalParser.Compression;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Inspection;

/// <summary>The result of reading a log from its start to its end.</summary>
public sealed record LogInspection
{
    /// <summary>The log.</summary>
    public required WalFile File { get; init; }

    /// <summary>The size of the log in bytes; of a compressed copy, the size of its content.</summary>
    public required long Size { get; init; }

    /// <summary>The format with which the file as a whole is compressed, if it is a compressed copy.</summary>
    public required CompressedCopyFormat CopyFormat { get; init; }

    /// <summary>The number of the log, from its name or from its records (then the low 32 bits); null if it is not known.</summary>
    public required ulong? LogNumber { get; init; }

    /// <summary>Whether the records of the log carry its number.</summary>
    public required bool IsRecycled { get; init; }

    /// <summary>The compression of the log's records.</summary>
    public required CompressionType Compression { get; init; }

    /// <summary>What the log states about the log before it; null if it states nothing.</summary>
    public required PredecessorWalInfo? Predecessor { get; init; }

    /// <summary>The timestamp sizes that the log declares.</summary>
    public required TimestampSizes TimestampSizes { get; init; }

    /// <summary>
    /// The types of the log's fragments with their numbers, in the order of the types. Types without fragments are left out.
    /// </summary>
    public required IReadOnlyList<(FragmentType Type, long Count)> Fragments { get; init; }

    /// <summary>The number of records.</summary>
    public required long Records { get; init; }

    /// <summary>The number of operations in the records, log data and marks of transactions included.</summary>
    public required long Operations { get; init; }

    /// <summary>The number of operations on each column family.</summary>
    public required ColumnFamilyCounts ColumnFamilies { get; init; }

    /// <summary>The lowest sequence number of an operation; null if no operation has one.</summary>
    public required ulong? FirstSequence { get; init; }

    /// <summary>The highest sequence number of an operation; null if no operation has one.</summary>
    public required ulong? LastSequence { get; init; }

    /// <summary>The findings about the log, notes included, in the order of the log.</summary>
    public required FindingList Findings { get; init; }

    /// <summary>
    /// The offset, in bytes, from which the log contains what is left over from its earlier use, up to its end; null if there is no such
    /// part.
    /// </summary>
    public required long? StaleTailOffset { get; init; }

    /// <summary>The offset after the last record, in bytes.</summary>
    public required long LastRecordEnd { get; init; }

    /// <summary>What the log contains after its last record.</summary>
    public required TailContent Tail { get; init; }

    /// <summary>Whether there is no finding about the log that is more serious than a note.</summary>
    public bool IsClean => Findings.SeriousCount == 0;

    /// <summary>The size of the stale tail in bytes.</summary>
    public long StaleTailSize => StaleTailOffset is { } offset ? Size - offset : 0;

    /// <summary>The number of bytes after the last record.</summary>
    public long TailSize => Size - LastRecordEnd;
}
