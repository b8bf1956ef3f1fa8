using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>Checks that each batch begins with the sequence number that follows the batch before it.</summary>
internal sealed class SequenceContinuity
{
    private readonly SequenceTracker _tracker = new();
    private ulong _highest;
    private WalFile? _lastFile;
    private ulong _emptyRanges;

    /// <summary>The way in which the database numbers operations, as far as the batches have shown it.</summary>
    public SequenceNumbering Numbering => _tracker.Numbering;

    /// <summary>The sequence number that must follow; null if it is unknown.</summary>
    public ulong? Expected { get; private set; }

    /// <summary><see cref="Expected"/>; if it is unknown, the number that the header of the last processed batch makes likely.</summary>
    public ulong Likely { get; private set; }

    /// <summary>The damage in the last processed record, or null.</summary>
    public Finding? BatchFinding { get; private set; }

    /// <summary>
    /// Processes the next record. Returns the finding about the sequence numbers of this record and the record before it; null if there is
    /// none.
    /// </summary>
    public SequenceFinding? Process(in WalRecord record, WalFile file)
    {
        var batch = new WriteBatch(record);
        if (!batch.HasValidHeader)
        {
            BatchFinding = batch.FindDamage();
            return null;
        }

        ulong first = batch.Sequence;
        BatchSequences range = _tracker.Process(ref batch);
        BatchFinding = batch.Finding;
        ulong? expected = Expected;
        if (first < expected && expected - first <= _emptyRanges && !ReferenceEquals(file, _lastFile))
        {
            // The database was opened again: empty range deletions in the last batch take no number in recovery
            // (MemTableInserter::DeleteRangeCF in db/write_batch.cc returns before it advances the number).
            expected = first;
        }

        _lastFile = file;
        _emptyRanges = _tracker.EmptyRanges;
        Expected = range.Next;
        Likely = range.Next ?? first + batch.Count;
        ulong next = range.Next ?? first;
        SequenceFinding? found = expected is null || expected == first
            ? null
            : SequenceFinding.Of(expected.Value, first, next, _highest, file, record.Offset);
        _highest = Math.Max(_highest, next);
        return found;
    }
}
