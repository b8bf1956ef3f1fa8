namespace WalParser.Files;

/// <summary>A place in a WAL set where a batch does not begin with the sequence number that follows the batch before it.</summary>
/// <param name="Expected">The number that was to follow.</param>
/// <param name="Found">The number that the batch begins with.</param>
/// <param name="Next">The number behind the batch's last.</param>
/// <param name="Highest">The number behind the greatest that was met so far.</param>
/// <param name="File">The WAL in which the batch lies.</param>
/// <param name="Offset">Where in it, in bytes.</param>
public sealed record SequenceBreak(ulong Expected, ulong Found, ulong Next, ulong Highest, WalFile File, long Offset)
{
    /// <summary>What it is.</summary>
    public SequenceBreakKind Kind =>
        Found > Expected ? SequenceBreakKind.Gap
        : Next <= Highest ? SequenceBreakKind.Duplicate
        : SequenceBreakKind.Overlap;

    /// <summary>How many numbers are missing or, in an overlap or a duplicate, lie between where it begins and what was to follow.</summary>
    public ulong Length => Found > Expected ? Found - Expected : Expected - Found;

    /// <summary>What happened, for people.</summary>
    public override string ToString() => Kind switch
    {
        SequenceBreakKind.Gap => $"gap: expected sequence number {Expected}, found {Found}: {Length} missing",
        SequenceBreakKind.Duplicate => $"duplicate: expected sequence number {Expected}, found {Found} to {Math.Max(Found, Next - 1)} again",
        _ => $"overlap: expected sequence number {Expected}, found {Found}: going back {Length}",
    };
}
