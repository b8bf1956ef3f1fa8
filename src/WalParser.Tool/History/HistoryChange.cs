using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Tool.History;

/// <summary>A batch that changed the key, or a place where the logs do not continue themselves.</summary>
/// <param name="File">The log's name for programs.</param>
/// <param name="Label">The log's name for people.</param>
/// <param name="Offset">Where in it the record begins.</param>
/// <param name="Sequence">The number with which the batch begins.</param>
internal sealed record HistoryChange(string File, string Label, long Offset, ulong Sequence)
{
    /// <summary>What the batch did to the key; null if this is a break.</summary>
    public KeyChange? Change { get; init; }

    /// <summary>What happened, in words of <see cref="HistoryEvents"/>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The log data that the operations follow; null if there is none.</summary>
    public ReadOnlyMemory<byte>? LogData { get; init; }

    /// <summary>What is missing here, or comes again; null if this is a change.</summary>
    public string? Break { get; init; }

    /// <summary>The batch was written after that.</summary>
    public KvrocksVersion? NotBefore { get; init; }

    /// <summary>The batch was written before that.</summary>
    public KvrocksVersion? NotAfter { get; init; }
}
