using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// Checks that each batch begins with the sequence number that follows the batch before it. The numbers of a damaged batch are not used:
/// any byte of it can be wrong, the sequence number and the count in its header as well. The next batch without damage is compared with
/// the one before the damage, so that the numbers of the damaged batch are reported as missing.
/// </summary>
internal sealed class SequenceContinuity
{
    /// <summary>The size of the smallest operation that takes a sequence number: a tag, and the length of an empty key.</summary>
    private const int SmallestOperation = 2;

    private readonly SequenceTracker _tracker = new();
    private ulong? _expected;
    private ulong _highest;
    private readonly MissingNumbers _missing = new();
    private WalFile? _lastFile;
    private ulong _emptyRanges;

    /// <summary>The way in which the database numbers operations, as far as the batches have shown it.</summary>
    public SequenceNumbering Numbering => _tracker.Numbering;

    /// <summary>Whether the section of a transaction has shown <see cref="Numbering"/>.</summary>
    public bool IsNumberingProven => _tracker.IsNumberingProven;

    /// <summary>The sequence number that follows the last processed batch; null if it is unknown, or if the batch is damaged.</summary>
    public ulong? Next { get; private set; }

    /// <summary>
    /// <see cref="Next"/>; if it is unknown, the number that the header of the last processed batch makes likely. The header of a damaged
    /// batch is used only if it continues the batch before it.
    /// </summary>
    public ulong Likely { get; private set; }

    /// <summary>Whether the last processed record contains marks of transactions.</summary>
    public bool HasMarks { get; private set; }

    /// <inheritdoc cref="SequenceTracker.MayBeRefused"/>
    public bool MayBeRefused { get; private set; }

    /// <summary>The damage in the last processed record, or null.</summary>
    public Finding? BatchFinding { get; private set; }

    /// <summary>
    /// Processes the next record. Returns the finding about the sequence numbers of this record and the record before it; null if there is
    /// none.
    /// </summary>
    public SequenceFinding? Process(in WalRecord record, WalFile file)
    {
        var batch = new WriteBatch(record);
        HasMarks = false;
        MayBeRefused = false;
        if (!batch.HasValidHeader)
        {
            BatchFinding = batch.FindDamage();
            return null;
        }

        ulong first = batch.Sequence;
        BatchSequences range = _tracker.Process(ref batch);
        BatchFinding = batch.Finding;
        HasMarks = _tracker.HasMarks;
        MayBeRefused = _tracker.MayBeRefused;
        Next = range.Next;
        if (BatchFinding is not null)
        {
            bool isHeaderLikely = (_expected is null || _expected == first)
                && batch.Count <= (uint)(record.Payload.Length - WriteBatch.HeaderSize) / SmallestOperation;
            Likely = isHeaderLikely ? first + batch.Count : _expected ?? first;
            return null;
        }

        ulong? expected = _expected;
        if (first < expected && expected - first <= _emptyRanges && !ReferenceEquals(file, _lastFile))
        {
            // The database was opened again: empty range deletions in the last batch take no number in recovery
            // (MemTableInserter::DeleteRangeCF in db/write_batch.cc returns before it advances the number).
            expected = first;
        }

        _lastFile = file;
        _emptyRanges = _tracker.EmptyRanges;
        _expected = range.Next;
        Likely = range.Next ?? first + batch.Count;
        ulong next = range.Next ?? first;
        SequenceFinding? found = expected is null || expected == first
            ? null
            : Find(expected.Value, first, next, file, record.Offset);
        _highest = Math.Max(_highest, next);
        return found;
    }

    private SequenceFinding Find(ulong expected, ulong first, ulong next, WalFile file, long offset)
    {
        var found = SequenceFinding.Of(expected, first, next, _highest, file, offset);
        if (found.Kind == FindingKind.SequenceGap)
        {
            _missing.Add(Math.Max(expected, _highest), first);
            return found;
        }

        return found.Kind != FindingKind.SequenceReturn && _missing.ContainsAny(first, next)
            ? found with { Kind = FindingKind.SequenceOutOfOrder }
            : found;
    }
}
