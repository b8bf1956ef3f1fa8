namespace WalParser.Batches;

/// <summary>
/// Determines from the batches of a database, in order, how the database numbers its operations. A section of a transaction proves the
/// numbering. A Noop at the end of a batch only suggests it: it may also belong to an empty write-committed transaction that was merged
/// after others. The sequence number of the next batch decides between the two.
/// </summary>
internal sealed class NumberingTracker
{
    private ulong? _next;
    private ulong? _nextByOperation;
    private bool _isProven;

    // The state before the last batch.
    private (SequenceNumbering Numbering, bool IsProven, ulong? Next, ulong? NextByOperation) _before;

    /// <summary>The numbering, as far as the batches have shown it.</summary>
    public SequenceNumbering Numbering { get; private set; }

    /// <summary>Whether the section of a transaction has shown <see cref="Numbering"/>.</summary>
    public bool IsProven => _isProven;

    /// <summary>
    /// Sets the numbering of a batch before it is enumerated. If the batch has a proven numbering, a reader has enumerated it already, and
    /// found a section in it or before it; that numbering holds for the operations before the section as well.
    /// </summary>
    public void Begin(ref WriteBatch batch)
    {
        _before = (Numbering, _isProven, _next, _nextByOperation);
        if (batch.IsNumberingProven)
        {
            Numbering = batch.Numbering;
            _isProven = true;
            return;
        }

        if (!_isProven && Numbering == SequenceNumbering.PerSubBatch && batch.Sequence != _next && batch.Sequence == _nextByOperation)
        {
            Numbering = SequenceNumbering.PerOperation;
        }

        batch.Numbering = Numbering;
        batch.IsNumberingProven = _isProven;
    }

    /// <summary>Records what a batch has shown after it was enumerated.</summary>
    /// <param name="numbering">The numbering of the batch.</param>
    /// <param name="isProven">Whether a section has proved the numbering.</param>
    /// <param name="next">The number with which the next batch begins; null if it is not known.</param>
    /// <param name="nextByOperation">The number with which the next batch begins if each operation takes one.</param>
    public void End(SequenceNumbering numbering, bool isProven, ulong? next, ulong nextByOperation)
    {
        Numbering = numbering;
        _isProven = isProven;
        _next = next;
        _nextByOperation = nextByOperation;
    }

    /// <summary>Forgets the last batch.</summary>
    public void Undo() => (Numbering, _isProven, _next, _nextByOperation) = _before;

    /// <summary>Ends a damaged batch, whose tags and numbers are not used.</summary>
    public void EndDamaged()
    {
        _next = null;
        _nextByOperation = null;
    }
}
