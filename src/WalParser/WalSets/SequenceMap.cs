using WalParser.Batches;
using WalParser.Findings;

namespace WalParser.WalSets;

/// <summary>The sequence numbers in each WAL of a set, and the positions at which they are not continuous.</summary>
/// <param name="Files">The WALs, in order.</param>
/// <param name="SequenceFindings">The gaps, overlaps and duplicates, in order; at most <see cref="MaxSequenceFindings"/>.</param>
/// <param name="SequenceFindingCount">The total number of findings about sequence numbers.</param>
/// <param name="Findings">The findings about the WALs, or between them.</param>
public sealed record SequenceMap(
    IReadOnlyList<WalFileSequences> Files,
    IReadOnlyList<SequenceFinding> SequenceFindings,
    long SequenceFindingCount,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>The maximum number of findings about sequence numbers in the list, so that hostile logs do not exhaust memory.</summary>
    public const int MaxSequenceFindings = 100_000;

    internal static async Task<SequenceMap> ReadAsync(
        WalSetReader reader, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<WalFileSequences> files = [];
        List<SequenceFinding> breaks = [];
        List<Finding> problems = [];
        long breakCount = 0;
        long records = 0;
        ulong? first = null;
        ulong? last = null;
        ulong next = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    (records, first, last) = (0, null, null);
                    break;
                case WalSetEntryKind.Record:
                    records++;
                    ProcessBatch(reader, ref first, ref last);
                    next = reader.NextSequence ?? next;
                    progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
                    break;
                case WalSetEntryKind.SequenceFinding when ++breakCount <= MaxSequenceFindings:
                    EndRun(breaks, reader.SequenceFinding.Expected);
                    breaks.Add(reader.SequenceFinding);
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    problems.Add(reader.Finding);
                    break;
                case WalSetEntryKind.FileEnd:
                    files.Add(new WalFileSequences(reader.File, records, first, last));
                    break;
            }
        }

        if (breakCount <= MaxSequenceFindings)
        {
            EndRun(breaks, next);
        }

        return new SequenceMap(files, breaks, breakCount, problems);
    }

    /// <summary>Sets the end of the continuous run that began at the last finding about sequence numbers.</summary>
    private static void EndRun(List<SequenceFinding> breaks, ulong next)
    {
        if (breaks.Count > 0 && next > breaks[^1].Next)
        {
            breaks[^1] = breaks[^1].To(next);
        }
    }

    private static void ProcessBatch(WalSetReader reader, ref ulong? first, ref ulong? last)
    {
        WriteBatch batch = reader.Batch;
        if (!batch.HasValidHeader)
        {
            return;
        }

        first ??= batch.Sequence;
        if (reader.LikelyNextSequence > batch.Sequence)
        {
            last = Math.Max(last ?? 0, reader.LikelyNextSequence - 1);
        }
    }
}
