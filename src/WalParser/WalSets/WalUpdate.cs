using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>A batch of a WAL set, at which <see cref="WalUpdates"/> stands. Its bytes are valid until the iterator moves.</summary>
public readonly ref struct WalUpdate
{
    internal WalUpdate(WalFile file, WalRecord record, WriteBatch batch, SequenceBreak? sequenceBreak)
    {
        File = file;
        Record = record;
        Batch = batch;
        Break = sequenceBreak;
    }

    /// <summary>The WAL in which it lies.</summary>
    public WalFile File { get; }

    /// <summary>The record that holds it: offset and bytes.</summary>
    public WalRecord Record { get; }

    /// <summary>
    /// The batch. It numbers its operations as the database does, as far as the batches so far have shown that, and its
    /// <see cref="WriteBatch.Corruption"/> is the damage that the reader has found in it.
    /// </summary>
    public WriteBatch Batch { get; }

    /// <summary>
    /// How it fails to continue the batch before it, or, for the first, to hold the sequence number that was sought: a gap, an overlap or a duplicate. Null if
    /// it continues exactly.
    /// </summary>
    public SequenceBreak? Break { get; }
}
