namespace WalParser.Batches;

/// <summary>
/// A position between two operations of a write batch, from which an enumeration continues later. A <see cref="WriteBatch.Enumerator"/> is
/// on the stack and cannot be kept across an <c>await</c>; a position can.
/// <code>
/// WriteBatchPosition position = operations.Position;
/// await …;
/// var batch = new WriteBatch(sameBytes);
/// WriteBatch.Enumerator rest = batch.GetEnumerator(position);
/// </code>
/// The default value is the beginning of a batch. A position is valid for the batch that it was taken from, or for a copy of its bytes, and
/// for one continuation: the enumeration that it was taken from must not move on afterwards, because both share the keys of the current
/// sub-batch (<see cref="SequenceNumbering.PerSubBatch"/>). In another batch the operations are unspecified, but nothing outside the batch
/// is read. Taking a position allocates nothing.
/// </summary>
public readonly struct WriteBatchPosition
{
    internal WriteBatchPosition(
        int offset,
        bool hasEnded,
        uint counted,
        ulong sequence,
        ulong? sectionSequence,
        SubBatchKeys? subBatch,
        bool hasOperation,
        SequenceNumbering numbering,
        bool isNumberingProven)
    {
        Offset = offset;
        HasEnded = hasEnded;
        Counted = counted;
        Sequence = sequence;
        SectionSequence = sectionSequence;
        SubBatch = subBatch;
        HasOperation = hasOperation;
        Numbering = numbering;
        IsNumberingProven = isNumberingProven;
    }

    /// <summary>The offset in the batch, in bytes, of the first operation after the position; 0 for the default value.</summary>
    public int Offset { get; }

    /// <summary>Whether the enumeration has reported its end, or damage.</summary>
    internal bool HasEnded { get; }

    /// <summary>The number of operations before the position that change a key.</summary>
    internal uint Counted { get; }

    /// <summary>The sequence number of the next operation.</summary>
    internal ulong Sequence { get; }

    /// <summary>The sequence number at which the current section of a transaction begins; null outside of sections.</summary>
    internal ulong? SectionSequence { get; }

    /// <summary>The keys of the current sub-batch.</summary>
    internal SubBatchKeys? SubBatch { get; }

    /// <summary>Whether there are operations since the last mark.</summary>
    internal bool HasOperation { get; }

    /// <summary>The numbering that the batch has shown before the position.</summary>
    internal SequenceNumbering Numbering { get; }

    /// <summary>Whether a section before the position has shown the numbering.</summary>
    internal bool IsNumberingProven { get; }
}
