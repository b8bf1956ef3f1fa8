namespace WalParser.Salvage;

/// <summary>
/// A place in the output of a salvage at which something is missing: bytes of a log, or sequence numbers between two logs.
/// </summary>
/// <param name="Before">The last record that was written before it; null if there is none.</param>
/// <param name="After">The first record that was written after it; null if there is none.</param>
public sealed record SalvageHole(SalvageEdge? Before, SalvageEdge? After)
{
    /// <summary>
    /// The number of sequence numbers that are missing between the two records. 0 if there are none: only marks of transactions, log data
    /// or control records can be lost then. Null if it is unknown, because nothing was written before or after.
    /// </summary>
    public ulong? MissingSequences =>
        Before is null || After is null ? null : After.FirstSequence - Math.Min(Before.NextSequence, After.FirstSequence);
}
