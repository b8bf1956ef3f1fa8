using WalParser.Databases;
using WalParser.Findings;

namespace WalParser.WalSets;

/// <summary>A place in a WAL set where a batch does not begin with the sequence number that follows the batch before it.</summary>
public sealed record SequenceFinding : Finding
{
    /// <summary>The sequence number that should follow.</summary>
    public required ulong Expected { get; init; }

    /// <summary>The sequence number that the batch begins with.</summary>
    public required ulong Found { get; init; }

    /// <summary>The sequence number after the last one of the batch.</summary>
    public required ulong Next { get; init; }

    /// <summary>The sequence number after the greatest one before this place.</summary>
    public required ulong Highest { get; init; }

    /// <summary>The WAL in which the batch lies.</summary>
    public required WalFile Wal { get; init; }

    /// <summary>
    /// The number of sequence numbers that are not there, whether or not that is explained; 0 for overlaps, duplicates and returns. Those
    /// of <see cref="InOtherFinding"/> do not count.
    /// </summary>
    public ulong Missing => Absence - InOtherFinding;

    /// <summary>
    /// How many of the numbers that are not there another finding at the same place is about: a part of them was used by ingested table
    /// files, and the rest was not.
    /// </summary>
    public ulong InOtherFinding { get; init; }

    /// <summary>What happened, with the sequence numbers.</summary>
    public override string Reason => Kind switch
    {
        FindingKind.SequenceGap => $"gap: expected sequence number {Math.Max(Expected, Highest)}, found {Found}: {Missing} missing"
            + (InOtherFinding > 0 ? $", besides {InOtherFinding} in ingested table files" : ""),
        FindingKind.UnloggedSequences =>
            $"{Absent} not in this log up to here, where no byte is missing: written with the WAL disabled, used by a second write queue or "
            + "an ingested file; or the log was written by a salvage, whose report names the holes; or they come later, out of order",
        FindingKind.IngestedSequences => $"{Absent} used by ingested table files",
        FindingKind.ObsoleteSequences => $"{Absent} in logs that are no longer needed",
        FindingKind.ReservedSequences =>
            $"{Absent} in no log: reserved by the recovery from a write error, used by a second write queue, or written "
            + "with the WAL disabled",
        FindingKind.SequenceReturn => $"return: expected sequence number {Expected}, found {Found}, after numbers that came before",
        FindingKind.SequenceDuplicate => $"duplicate: expected sequence number {Expected}, found {Range(Found, Next)} again",
        FindingKind.SequenceOutOfOrder =>
            $"out of order: expected sequence number {Expected}, found {Range(Found, Next)}, with numbers that are missing before greater "
            + "ones",
        _ => $"overlap: expected sequence number {Expected}, found {Range(Found, Highest)} again, then new ones",
    };

    private ulong Absence => Found > Math.Max(Expected, Highest) ? Found - Math.Max(Expected, Highest) : 0;

    private string Absent =>
        InOtherFinding > 0
            ? $"{Missing} of the sequence numbers {Range(Math.Max(Expected, Highest), Found)} {(Missing == 1 ? "was" : "were")}"
        : Missing == 1 ? $"sequence number {Found - 1} was"
        : $"sequence numbers {Range(Math.Max(Expected, Highest), Found)} were";

    /// <summary>Creates a finding. The kind follows from the sequence numbers.</summary>
    internal static SequenceFinding Of(ulong expected, ulong found, ulong next, ulong highest, WalFile wal, long offset) => new()
    {
        Kind = KindOf(expected, found, next, highest),
        File = wal.Name,
        Offset = offset,
        FirstSequence = Math.Min(Math.Max(expected, highest), found),
        LastSequence = found > Math.Max(expected, highest) ? found - 1 : Math.Max(next, found + 1) - 1,
        Expected = expected,
        Found = found,
        Next = next,
        Highest = highest,
        Wal = wal,
    };

    private static FindingKind KindOf(ulong expected, ulong found, ulong next, ulong highest) =>
        found > expected
            ? found > highest ? FindingKind.SequenceGap : FindingKind.SequenceReturn
            : next <= highest ? FindingKind.SequenceDuplicate : FindingKind.SequenceOverlap;

    private static string Range(ulong first, ulong next) => next > first + 1 ? $"{first} to {next - 1}" : $"{first}";
}
