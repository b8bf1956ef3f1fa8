namespace WalParser.Batches;

/// <summary>Says which sequence numbers each batch of a WAL set takes.</summary>
internal sealed class SequenceTracker
{
    public SequenceNumbering Numbering { get; private set; }

    public SequenceRange Take(in WriteBatch batch)
    {
        Numbering = batch.Numbering;
        return new(batch.Sequence, batch.Sequence + batch.Count);
    }
}
