using WalParser.Framing;

namespace WalParser.Recovery;

/// <summary>The prepared section of a transaction, as recovery rebuilds it.</summary>
/// <param name="Operations">
/// The operations, as a batch; null for a section of which only the count is kept, and one that did not begin.
/// </param>
/// <param name="TimestampSizes">The sizes of the timestamps in the operations.</param>
/// <param name="Count">The number of operations.</param>
internal sealed record RecoveredSection(byte[]? Operations, TimestampSizes TimestampSizes, uint Count)
{
    /// <summary>Whether the section has a range deletion, with which RocksDB cannot rebuild a transaction.</summary>
    public bool HasRangeDeletion { get; init; }

    /// <summary>Whether the transaction was not prepared when the section was written.</summary>
    public bool IsUnprepared { get; init; }

    /// <summary>
    /// Whether the section ended and did not begin: RocksDB keeps it without a batch, and crashes when it commits or rebuilds it.
    /// </summary>
    public bool HasNoBatch { get; init; }
}
