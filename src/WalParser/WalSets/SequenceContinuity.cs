using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>Watches that each batch begins with the sequence number that follows the batch before it.</summary>
internal sealed class SequenceContinuity
{
    private readonly SequenceTracker _tracker = new();
    private ulong _highest;

    /// <summary>How the database numbers operations, as far as seen.</summary>
    public SequenceNumbering Numbering => _tracker.Numbering;

    /// <summary>The number that is to follow; null if it cannot be known.</summary>
    public ulong? Expected { get; private set; }

    /// <summary>That number; where it cannot be known, what the header of the batch that was taken last makes likely.</summary>
    public ulong Likely { get; private set; }

    /// <summary>The damage in the record that was taken last, or null.</summary>
    public WriteBatchCorruption? BatchCorruption { get; private set; }

    /// <summary>Takes the next record; what is returned is how it fails to continue, or null.</summary>
    public SequenceBreak? Take(in WalRecord record, WalFile file)
    {
        var batch = new WriteBatch(record);
        if (!batch.HasValidHeader)
        {
            BatchCorruption = batch.FindCorruption();
            return null;
        }

        ulong first = batch.Sequence;
        BatchSequences range = _tracker.Process(ref batch);
        BatchCorruption = batch.Corruption;
        ulong? expected = Expected;
        Expected = range.Next;
        Likely = range.Next ?? first + batch.Count;
        ulong next = range.Next ?? first;
        SequenceBreak? found = expected is null || expected == first
            ? null
            : new SequenceBreak(expected.Value, first, next, _highest, file, record.Offset);
        _highest = Math.Max(_highest, next);
        return found;
    }
}
