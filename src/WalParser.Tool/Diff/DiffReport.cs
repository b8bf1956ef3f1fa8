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

        foreach ((DiffSide side, ulong sequence, byte[] id) in run.ReplicationIds)
        {
            WriteReplicationId(output, side, sequence, id);
        }

        output.Write(run.From is not { } start
            ? "no sequence number in common\n"
            : run.To is not { } last
                ? $"nothing the same: compared from {Grouped(start)} on\n"
                : $"the same from {Grouped(start)} to {Grouped(last)} ({Count(run.Batches, "batch", "batches")})\n");
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

    private static void WriteReach(ByteWriter output, DiffSide side) =>
        output.Write($"{ShownText.Of(side.Path)} has {Range(side.First, side.Last)}\n");

    private static void WriteReplicationId(ByteWriter output, DiffSide side, ulong sequence, byte[] id)
    {
        output.Write($"{ShownText.Of(side.Path)} contains the replication id ");
        ShownBytes.Write(output, id);
        output.Write($" at {Grouped(sequence)}: with this id a server begins its own history\n");
    }
}
