using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>A place in a WAL set where a batch does not begin with the sequence number that follows the batch before it.</summary>
/// <param name="Expected">The number that was to follow.</param>
/// <param name="Found">The number that the batch begins with.</param>
/// <param name="Next">The number behind the batch's last; in a <see cref="SequenceMap"/>, behind the last of those that continue it.</param>
/// <param name="Highest">The number behind the greatest that was met so far.</param>
/// <param name="File">The WAL in which the batch lies.</param>
/// <param name="Offset">Where in it, in bytes.</param>
public sealed record SequenceBreak(ulong Expected, ulong Found, ulong Next, ulong Highest, WalFile File, long Offset)
{
    /// <summary>What it is.</summary>
    public SequenceBreakKind Kind =>
        Found > Expected
            ? Found > Highest ? SequenceBreakKind.Gap : SequenceBreakKind.Return
            : Next <= Highest ? SequenceBreakKind.Duplicate : SequenceBreakKind.Overlap;

    /// <summary>How many numbers are missing; 0 unless it is a gap.</summary>
    public ulong Missing => Kind == SequenceBreakKind.Gap ? Found - Math.Max(Expected, Highest) : 0;

    /// <summary>What happened, for people.</summary>
    public override string ToString() => Kind switch
    {
        SequenceBreakKind.Gap => $"gap: expected sequence number {Math.Max(Expected, Highest)}, found {Found}: {Missing} missing",
        SequenceBreakKind.Return => $"return: expected sequence number {Expected}, found {Found}, behind numbers that came before",
        SequenceBreakKind.Duplicate => $"duplicate: expected sequence number {Expected}, found {Range(Found, Next)} again",
        _ => $"overlap: expected sequence number {Expected}, found {Range(Found, Highest)} again, then new ones",
    };

    private static string Range(ulong first, ulong behind) => behind > first + 1 ? $"{first} to {behind - 1}" : $"{first}";
}
