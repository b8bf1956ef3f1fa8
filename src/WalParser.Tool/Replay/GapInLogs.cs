using System.Globalization;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Kvrocks.Replay;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.Replay;

/// <summary>A place in the logs that a replay does not pass: sequence numbers are lost before a batch, or in it.</summary>
/// <param name="First">The first sequence number that is lost, or that of the damaged batch.</param>
/// <param name="Last">The last one.</param>
/// <param name="IsInBatch">Whether the batch itself is damaged.</param>
internal sealed record GapInLogs(ulong First, ulong Last, bool IsInBatch)
{
    private string Numbers => First == Last
        ? string.Create(CultureInfo.InvariantCulture, $"sequence number {First}")
        : string.Create(CultureInfo.InvariantCulture, $"sequence numbers {First} to {Last}");

    /// <summary>What is lost, as a sentence.</summary>
    public string Text => IsInBatch
        ? $"the batch of {Numbers} is damaged"
        : $"{Numbers} {(First == Last ? "is" : "are")} missing in these logs";

    /// <summary>
    /// Finds the gap at the current batch. Logs that a salvage wrote have no damage any more; there, the checkpoint tells what an earlier
    /// replay has found missing. What precedes the last confirmed sequence number is no gap, because the server has it.
    /// </summary>
    public static GapInLogs? At(DatabaseBatches batches, Replayer replayer)
    {
        GapInLogs? gap = null;
        foreach (SequenceFinding finding in batches.SequenceFindings)
        {
            if (finding is { FirstSequence: { } first, LastSequence: { } last }
                && (finding.Kind == FindingKind.SequenceGap
                    || (finding.Missing > 0 && replayer.MissingBefore.Overlaps(first, last))))
            {
                gap = new GapInLogs(first, last, IsInBatch: false);
            }
        }

        WriteBatch batch = batches.Batch;
        if (gap is null && batch.Finding is not null)
        {
            gap = new GapInLogs(batch.Sequence, batch.Sequence + Math.Max(batch.Count, 1) - 1, IsInBatch: true);
        }

        return gap?.Last > replayer.ConfirmedBefore ? gap : null;
    }
}
