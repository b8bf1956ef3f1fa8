namespace WalParser.Batches;

/// <summary>
/// How a database numbers its operations, learnt from its batches in their order. A section of a transaction proves it. A Noop at a
/// batch's end is a sign only: it may also be that of an empty write-committed transaction, merged behind others. What the next batch's
/// number is tells the one from the other.
/// </summary>
internal sealed class NumberingTracker
{
    private ulong? _next;
    private ulong? _nextByOperation;
    private bool _isProven;

    /// <summary>How it numbers, as far as its batches have shown.</summary>
    public SequenceNumbering Numbering { get; private set; }

    /// <summary>Tells a batch that is to be gone through.</summary>
    public void Begin(ref WriteBatch batch)
    {
        if (!_isProven && Numbering == SequenceNumbering.PerSubBatch && batch.Sequence != _next && batch.Sequence == _nextByOperation)
        {
            Numbering = SequenceNumbering.PerOperation;
        }

        batch.Numbering = Numbering;
        batch.IsNumberingProven = _isProven;
    }

    /// <summary>Learns from a batch that was gone through.</summary>
    /// <param name="numbering">Its numbering.</param>
    /// <param name="isProven">Whether a section has proved that.</param>
    /// <param name="next">The number with which the next batch goes on, if it is known.</param>
    /// <param name="nextByOperation">The same, if each operation takes one.</param>
    public void End(SequenceNumbering numbering, bool isProven, ulong? next, ulong nextByOperation)
    {
        Numbering = numbering;
        _isProven = isProven;
        _next = next;
        _nextByOperation = nextByOperation;
    }
}
