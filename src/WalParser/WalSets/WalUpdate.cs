using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>A batch of a WAL set, the current item of <see cref="WalUpdates"/>. Its bytes are valid until the iterator moves.</summary>
public readonly ref struct WalUpdate
{
    internal WalUpdate(WalFile file, WalRecord record, WriteBatch batch, SequenceFinding? sequenceFinding)
    {
        File = file;
        Record = record;
        Batch = batch;
        SequenceFinding = sequenceFinding;
    }

    /// <summary>The WAL that contains the batch.</summary>
    public WalFile File { get; }

    /// <summary>The record that contains the batch: its offset and bytes.</summary>
    public WalRecord Record { get; }

    /// <summary>
    /// The batch. It numbers its operations as the database does, as far as the batches so far have shown that, and its
    /// <see cref="WriteBatch.Finding"/> is the damage that the reader has found in it.
    /// </summary>
    public WriteBatch Batch { get; }

    /// <summary>
    /// The finding about the sequence numbers of this batch and the batch before it or, for the first batch, of this batch and the sequence
    /// number that was sought: a gap, an overlap or a duplicate. Null if the batch continues exactly.
    /// </summary>
    public SequenceFinding? SequenceFinding { get; }
}
