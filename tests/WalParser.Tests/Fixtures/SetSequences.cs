using WalParser.Batches;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Tests.Fixtures;

/// <summary>What a reader of a set returns about its sequence numbers: those of each log, and the findings.</summary>
internal sealed record SetSequences(
    IReadOnlyList<(string Name, long Records, ulong? First, ulong? Last)> Files,
    IReadOnlyList<SequenceFinding> SequenceFindings,
    IReadOnlyList<Finding> Findings)
{
    public static async Task<SetSequences> OfAsync(WalSet set)
    {
        List<(string Name, long Records, ulong? First, ulong? Last)> files = [];
        List<SequenceFinding> sequences = [];
        List<Finding> findings = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    files.Add((reader.File.Name, 0, null, null));
                    break;
                case WalSetEntryKind.Record:
                    (string name, long records, ulong? first, ulong? last) = files[^1];
                    WriteBatch batch = reader.Batch;
                    files[^1] = (name, records + 1, first ?? batch.Sequence, Math.Max(last ?? 0, reader.LikelyNextSequence - 1));
                    break;
                case WalSetEntryKind.SequenceFinding:
                    sequences.Add(reader.SequenceFinding);
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    findings.Add(reader.Finding);
                    break;
            }
        }

        return new SetSequences(files, sequences, findings);
    }
}
