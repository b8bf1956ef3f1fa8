using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Files;

/// <summary>Watches that each batch begins with the sequence number that follows the batch before it.</summary>
internal sealed class SequenceContinuity
{
    private readonly SequenceTracker _tracker = new();
    private ulong _highest;

    /// <summary>How the database numbers operations, as far as seen.</summary>
    public SequenceNumbering Numbering => _tracker.Numbering;

    /// <summary>The number that is to follow; null if it cannot be known.</summary>
    public ulong? Expected { get; private set; }

    /// <summary>The number with which the batch begins that was taken last.</summary>
    public ulong First { get; private set; }

    /// <summary>The damage in the batch that was taken last, or null.</summary>
    public WriteBatchCorruption? BatchCorruption { get; private set; }

    /// <summary>Takes the next record; what is returned is how it fails to continue, or null.</summary>
    public SequenceBreak? Take(in WalRecord record, WalFile file)
    {
        var batch = new WriteBatch(record);
        if (record.Payload.Length < WriteBatch.HeaderSize || batch.Sequence > WriteBatch.MaxSequence)
        {
            // No batch, or one that RocksDB refuses; neither takes a number.
            return null;
        }

        First = batch.Sequence;
        BatchSequences range = _tracker.Take(ref batch);
        BatchCorruption = batch.Corruption;
        ulong? expected = Expected;
        Expected = range.Next;
        ulong next = range.Next ?? First;
        SequenceBreak? found = expected is null || expected == First
            ? null
            : new SequenceBreak(expected.Value, First, next, _highest, file, record.Offset);
        _highest = Math.Max(_highest, next);
        return found;
    }
}
