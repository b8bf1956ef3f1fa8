using WalParser.Tool.Dump;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Diff;

/// <summary>Writes the report of <c>diff</c> for people.</summary>
internal static class DiffReport
{
    public static void Write(DiffRun run, DiffSide left, DiffSide right, ByteWriter output, bool usesColour)
    {
        foreach ((DiffSide side, ulong from, ulong to) in run.Missing)
        {
            output.Write($"{ShownText.Of(side.Path)} lacks {Range(from, to)}; not compared\n");
        }

        foreach ((ulong from, ulong to) in run.Uncompared)
        {
            output.Write($"{Range(from, to)}: not compared, because a batch of one side begins there inside a batch of the other\n");
        }

        foreach ((DiffSide side, ulong sequence, byte[] id) in run.ReplicationIds)
        {
            WriteReplicationId(output, side, sequence, id);
        }

        output.Write(run.From is not { } start
            ? run.Uncompared.Count > 0 ? "nothing compared\n" : "no sequence number in common\n"
            : run.To is null
                ? $"nothing the same: compared from {Grouped(start)} on\n"
                : $"the same {RangesOf(run.Same)} ({Count(run.Batches, "batch", "batches")})\n");
        if (!run.Differs)
        {
            WriteReach(output, left);
            WriteReach(output, right);
            return;
        }

        output.Write($"the logs differ from {Grouped(run.DivergesAt!.Value)} on\n");
        foreach (DiffSide side in (DiffSide[])[left, right])
        {
            output.Write($"\n{ShownText.Of(side.Path)}:\n");
            run.Show(side, new TextDumpWriter(output, withValues: true, usesColour, showsItems: true));
            if (DiffRun.ReplicationIdOf(side) is { } id)
            {
                WriteReplicationId(output, side, side.Batches.Batch.Sequence, id);
            }
        }
    }

    private static string RangesOf(SequenceRanges ranges)
    {
        const int MaxShown = 10;
        string[] shown = [.. ranges.All.Take(MaxShown).Select(range => $"from {Grouped(range.From)} to {Grouped(range.To)}")];
        int more = ranges.All.Count - shown.Length;
        string rest = more == 0 ? "" : $"{Count(more, "further range", "further ranges")} up to {Grouped(ranges.Last!.Value)}";
        return more > 0 ? $"{string.Join(", ", shown)} and in {rest}"
            : shown.Length == 1 ? shown[0]
            : $"{string.Join(", ", shown[..^1])} and {shown[^1]}";
    }

    private static void WriteReach(ByteWriter output, DiffSide side) =>
        output.Write($"{ShownText.Of(side.Path)} has {Range(side.First, side.Last)}\n");

    private static void WriteReplicationId(ByteWriter output, DiffSide side, ulong sequence, byte[] id)
    {
        output.Write($"{ShownText.Of(side.Path)} contains the replication id ");
        ShownBytes.Write(output, id);
        output.Write($" at {Grouped(sequence)}: with this id a server begins its own history\n");
    }
}
