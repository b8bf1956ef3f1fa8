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

    /// <summary>
    /// The sequence number after the last one of the batch; in a <see cref="SequenceMap"/>, after the last batch that continues it.
    /// </summary>
    public required ulong Next { get; init; }

    /// <summary>The sequence number after the greatest one before this place.</summary>
    public required ulong Highest { get; init; }

    /// <summary>The WAL in which the batch lies.</summary>
    public required WalFile Wal { get; init; }

    /// <summary>
    /// The number of sequence numbers that are not there, whether or not that is explained; 0 for overlaps, duplicates and returns.
    /// </summary>
    public ulong Missing => Found > Math.Max(Expected, Highest) ? Found - Math.Max(Expected, Highest) : 0;

    /// <summary>What happened, with the sequence numbers.</summary>
    public override string Reason => Kind switch
    {
        FindingKind.SequenceGap => $"gap: expected sequence number {Math.Max(Expected, Highest)}, found {Found}: {Missing} missing",
        FindingKind.UnloggedSequences =>
            $"{Absent} not in this log, where no byte is missing: written with the WAL disabled, used by a second write queue or an "
            + "ingested file; or the log was written by a salvage, whose report names the holes",
        FindingKind.IngestedSequences => $"{Absent} used by ingested table files",
        FindingKind.ObsoleteSequences => $"{Absent} in logs that are no longer needed",
        FindingKind.ReservedSequences =>
            $"{Absent} in no log: reserved by the recovery from a write error, used by a second write queue, or written "
            + "with the WAL disabled",
        FindingKind.SequenceReturn => $"return: expected sequence number {Expected}, found {Found}, after numbers that came before",
        FindingKind.SequenceDuplicate => $"duplicate: expected sequence number {Expected}, found {Range(Found, Next)} again",
        _ => $"overlap: expected sequence number {Expected}, found {Range(Found, Highest)} again, then new ones",
    };

    private string Absent => Missing == 1
        ? $"sequence number {Found - 1} was"
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

    /// <summary>Returns the finding for a run of batches that began here and ends before <paramref name="next"/>.</summary>
    internal SequenceFinding To(ulong next) => Of(Expected, Found, next, Highest, Wal, Offset);

    private static FindingKind KindOf(ulong expected, ulong found, ulong next, ulong highest) =>
        found > expected
            ? found > highest ? FindingKind.SequenceGap : FindingKind.SequenceReturn
            : next <= highest ? FindingKind.SequenceDuplicate : FindingKind.SequenceOverlap;

    private static string Range(ulong first, ulong next) => next > first + 1 ? $"{first} to {next - 1}" : $"{first}";
}
