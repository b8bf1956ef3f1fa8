using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Manifests;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a MANIFEST and applies its edits. Offsets ascend, each edit and each problem is reported once, and the reading ends.
/// </summary>
internal sealed class ManifestTarget : FuzzTarget
{
    public override string Name => "manifest";

    public override string Description => "a MANIFEST: its edits and the resulting state";

    public override int MaxInputSize => 40_000;

    public override IMutator? Structure { get; } = new LogMutator(ByteMutator.OfLibraries);

    // A fragment may be compressed, so that a few bytes decompress to an edit of the largest size.
    private const int MaxEditSize = 1 << 14;

    public override (long Base, long PerByte) StepLimit => (1_000_000, 10_000);

    // The content of a compressed copy needs a window, and a buffer that grows to the largest edit in steps.
    public override (long Base, long PerByte) AllocationLimit => (12_000_000, 10_000);

    public override void Run(byte[] input)
    {
        var state = new ManifestState();
        ManifestReader reader = ManifestReader.Create(new MemoryStream(input, writable: false), maxEditSize: MaxEditSize);
        long previous = -1;
        long edits = 0;
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (reader.Kind == ManifestEntryKind.Edit)
            {
                Check(reader.Offset > previous, "edits out of order");
                previous = reader.Offset;
                edits++;
                state.Apply(reader.Edit);
            }
            else
            {
                Check(reader.Offset <= reader.Position, "damage past the position");
                state.Apply(reader.Finding);
            }
        }

        WalEnd end = reader.End ?? throw new OracleException("no end", "a read returned false");
        reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        state.Complete(end.Offset);
        Check(state.EditCount <= edits, "more edits than were read");
        Check(state.Findings.Count <= ManifestState.MaxFindings && state.Findings.Count <= state.FindingCount, "problems are miscounted");
        foreach (ManifestColumnFamily family in state.ColumnFamilies)
        {
            Check(
                state.TryGetColumnFamily(family.Id, out ManifestColumnFamily? found) && ReferenceEquals(found, family),
                "a column family is not found");
        }
    }
}
