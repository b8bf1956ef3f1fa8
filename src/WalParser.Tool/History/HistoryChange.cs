using WalParser.Findings;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Tool.History;

/// <summary>A batch that changed the key, or a finding about the sequence numbers before a batch.</summary>
/// <param name="File">The name of the WAL for programs.</param>
/// <param name="Label">The name of the WAL for people.</param>
/// <param name="Offset">The offset of the record in the WAL.</param>
/// <param name="Sequence">The sequence number with which the batch begins.</param>
internal sealed record HistoryChange(string File, string Label, long Offset, ulong Sequence)
{
    /// <summary>The change to the key; null if this is a finding.</summary>
    public KeyChange? Change { get; init; }

    /// <summary>The events, as named by <see cref="HistoryEvents"/>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The log data before the operations; null if there is none.</summary>
    public ReadOnlyMemory<byte>? LogData { get; init; }

    /// <summary>The range deletions in the batch that changed the key or its elements.</summary>
    public IReadOnlyList<RangeDeletion> Ranges { get; init; } = [];

    /// <summary>Whether keys contain their slot.</summary>
    public bool HasSlot { get; init; }

    /// <summary>The finding; null if this is a change.</summary>
    public Finding? Finding { get; init; }

    /// <summary>The version before which the batch cannot have been written; null if it is unknown.</summary>
    public KvrocksVersion? NotBefore { get; init; }

    /// <summary>The version after which the batch cannot have been written; null if it is unknown.</summary>
    public KvrocksVersion? NotAfter { get; init; }
}
