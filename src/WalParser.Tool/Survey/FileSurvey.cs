using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Survey;

/// <summary>What one pass over a log has found.</summary>
internal sealed record FileSurvey
{
    /// <summary>The log.</summary>
    public required WalInput Input { get; init; }

    /// <summary>The log's size in bytes; of a compressed copy, that of its content.</summary>
    public required long Size { get; init; }

    /// <summary>What the file as a whole was compressed with, if it is a compressed copy.</summary>
    public required CompressedCopyFormat CopyFormat { get; init; }

    /// <summary>Its number, by its name or by its records (then the low 32 bits).</summary>
    public required ulong? LogNumber { get; init; }

    /// <summary>Whether its records carry its number.</summary>
    public required bool IsRecycled { get; init; }

    /// <summary>How it is compressed.</summary>
    public required CompressionType Compression { get; init; }

    /// <summary>What it says of the log before it.</summary>
    public required PredecessorWalInfo? Predecessor { get; init; }

    /// <summary>The timestamp sizes that it declares.</summary>
    public required TimestampSizes TimestampSizes { get; init; }

    /// <summary>How many fragments of each type it has, of the types that it has.</summary>
    public required IReadOnlyList<(FragmentType Type, long Count)> Fragments { get; init; }

    /// <summary>How many records were read.</summary>
    public required long Records { get; init; }

    /// <summary>How many operations they hold, log data and transactions' marks among them.</summary>
    public required long Operations { get; init; }

    /// <summary>How many of them are on each column family.</summary>
    public required FamilyCounts Families { get; init; }

    /// <summary>The names of the column families, where they are known.</summary>
    public FamilyNames FamilyNames { get; init; } = FamilyNames.None;

    /// <summary>The lowest sequence number of an operation that takes one.</summary>
    public required ulong? FirstSequence { get; init; }

    /// <summary>The highest.</summary>
    public required ulong? LastSequence { get; init; }

    /// <summary>The damage.</summary>
    public required DamageList Damages { get; init; }

    /// <summary>Where what is left of a recycled log's earlier life begins, up to the end of the file.</summary>
    public required long? StaleTailOffset { get; init; }

    /// <summary>Offset behind the last record.</summary>
    public required long LastRecordEnd { get; init; }

    /// <summary>What stands there.</summary>
    public required TailContent Tail { get; init; }

    /// <summary>Whether there is no damage.</summary>
    public bool IsClean => Damages.Count == 0;

    /// <summary>How many bytes the stale tail has.</summary>
    public long StaleTailSize => StaleTailOffset is { } offset ? Size - offset : 0;

    /// <summary>How many bytes follow the last record.</summary>
    public long TailSize => Size - LastRecordEnd;
}
