using WalParser.Coding;

namespace WalParser.Batches;

// What takes a sequence number (RocksDB, MemTableInserter in db/write_batch.cc and WriteImpl in db/db_impl/db_impl_write.cc):
//
// - An operation that changes a key takes one, also if its column family has been dropped.
// - A write-committed section takes none in the batch that prepares it. Its commit takes one for each of its operations, after those
//   for the operations before the mark in the batch of the commit. Its rollback takes none.
// - In databases that number by sub-batch, each sub-batch takes one, and a commit or rollback mark ends one, if an empty one.
//   Each batch is numbered by itself there.

/// <summary>
/// Determines the sequence numbers that the batches of one database take; it is given the batches in the order of the logs.
/// <code>
/// BatchSequences sequences = tracker.Process(ref batch);
/// </code>
/// A caller that enumerates the operations itself calls <see cref="Begin"/>, then <see cref="ProcessOperation"/> for each of them, and
/// <see cref="End"/> after the last one. An instance is not thread-safe.
/// </summary>
internal sealed class SequenceTracker
{
    /// <summary>
    /// The limit of the memory for the names of prepared transactions, in bytes, including <see cref="EntryCost"/> for each. Above it, all
    /// are forgotten, and it is unknown how many numbers their commits take.
    /// </summary>
    private const long MaxNameBytes = 64 << 20;

    private const int EntryCost = 128;

    private readonly Dictionary<byte[], ulong> _prepared = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], ulong>.AlternateLookup<ReadOnlySpan<byte>> _preparedByName;
    private readonly NumberingTracker _numbering = new();
    private long _nameBytes;

    // What the current batch has changed: the names of transactions, each with the number of operations that were prepared before.
    private readonly List<(byte[] Name, ulong? Count)> _changes = [];

    // The current batch.
    private SequenceNumbering _numberingAtBegin;
    private ulong? _sectionSequence;
    private ulong _committed;
    private bool _isUnknown;
    private bool _hasOrphanRollback;

    public SequenceTracker() => _preparedByName = _prepared.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The numbering of the database, as far as its batches have shown it.</summary>
    public SequenceNumbering Numbering => _numbering.Numbering;

    /// <summary>Whether the section of a transaction has shown <see cref="Numbering"/>.</summary>
    public bool IsNumberingProven => _numbering.IsProven;

    /// <summary>
    /// The number of range deletions in the last batch that end where they begin. They take sequence numbers when they are written, and
    /// none in recovery.
    /// </summary>
    public ulong EmptyRanges { get; private set; }

    /// <summary>
    /// Whether the last batch contains operations that RocksDB may refuse although they can be read: range deletions that do not end where
    /// they begin, merges, wide-column entities, and blob indexes.
    /// </summary>
    public bool MayBeRefused { get; private set; }

    /// <summary>Whether the last batch contains marks of transactions.</summary>
    public bool HasMarks { get; private set; }

    /// <summary>Enumerates a batch after setting its numbering, and returns the numbers that it takes.</summary>
    public BatchSequences Process(ref WriteBatch batch)
    {
        Begin(ref batch);
        foreach (WriteBatchOperation operation in batch)
        {
            ProcessOperation(operation);
        }

        return End(batch);
    }

    /// <summary>Begins a batch, and sets its numbering.</summary>
    public void Begin(ref WriteBatch batch)
    {
        _sectionSequence = null;
        _committed = 0;
        _isUnknown = false;
        _hasOrphanRollback = false;
        EmptyRanges = 0;
        MayBeRefused = false;
        HasMarks = false;
        _changes.Clear();
        _numbering.Begin(ref batch);
        _numberingAtBegin = batch.Numbering;
    }

    /// <summary>Processes an operation.</summary>
    public void ProcessOperation(in WriteBatchOperation operation)
    {
        if (!operation.HasKey)
        {
            ProcessMark(operation);
        }
        else if (operation.Type == OperationType.DeleteRange)
        {
            bool isEmpty = operation.Key.SequenceEqual(operation.EndKey);
            EmptyRanges += isEmpty ? 1UL : 0;
            MayBeRefused |= !isEmpty;
        }
        else if (operation.Type is OperationType.Merge or OperationType.PutEntity or OperationType.PutBlobIndex)
        {
            MayBeRefused = true;
        }
    }

    /// <summary>Processes an operation that has no key.</summary>
    private void ProcessMark(in WriteBatchOperation operation)
    {
        HasMarks |= (BatchTag)operation.Tag is not (BatchTag.LogData or BatchTag.Noop);
        switch ((BatchTag)operation.Tag)
        {
            case BatchTag.BeginPrepareXid:
                _sectionSequence = operation.Sequence;
                break;
            case BatchTag.EndPrepareXid when _sectionSequence is { } start:
                _sectionSequence = null;
                Remember(operation.Xid, operation.Sequence - start);
                break;
            case BatchTag.CommitXid:
            case BatchTag.CommitXidAndTimestamp:
                if (_preparedByName.Remove(operation.Xid, out byte[]? name, out ulong count))
                {
                    _committed += count;
                    ProcessRemoved(name, count);
                }
                else
                {
                    _isUnknown = true;
                }

                break;
            case BatchTag.RollbackXid:
                if (_preparedByName.Remove(operation.Xid, out byte[]? rolledBack, out ulong prepared))
                {
                    ProcessRemoved(rolledBack, prepared);
                }
                else
                {
                    // The rollback takes a number in a database that numbers by sub-batch, which no batch may have shown yet.
                    _hasOrphanRollback = true;
                }

                break;
        }
    }

    /// <summary>
    /// Ends a batch that was enumerated to its end, and returns the numbers that it takes. A damaged batch shows no numbering.
    /// </summary>
    public BatchSequences End(in WriteBatch batch)
    {
        if (batch.Finding is not null)
        {
            _numbering.EndDamaged();
            return new BatchSequences(batch.Sequence, null);
        }

        ulong? next = NextOf(batch);
        if (batch.Numbering == SequenceNumbering.PerOperation)
        {
            next = _isUnknown || (_hasOrphanRollback && !batch.IsNumberingProven) ? null : next + _committed;
        }

        _numbering.End(batch.Numbering, batch.IsNumberingProven, next, batch.Sequence + batch.Count);
        return new BatchSequences(batch.Sequence, next);
    }

    /// <summary>Forgets the last batch, as if it were not in the logs.</summary>
    public void Undo()
    {
        _numbering.Undo();
        for (int i = _changes.Count - 1; i >= 0; i--)
        {
            (byte[] name, ulong? count) = _changes[i];
            if (count is { } prepared)
            {
                _prepared[name] = prepared;
                _nameBytes += name.Length + EntryCost;
            }
            else
            {
                _prepared.Remove(name);
                _nameBytes -= name.Length + EntryCost;
            }
        }

        _changes.Clear();
    }

    /// <summary>
    /// Returns the number after the last one that the batch takes by itself. If a section in the batch has shown the numbering, it holds
    /// for the operations before the section as well, so that these are numbered again. That happens once in a database.
    /// </summary>
    private ulong? NextOf(in WriteBatch batch)
    {
        if (batch.Numbering == _numberingAtBegin || !batch.IsNumberingProven)
        {
            return batch.NextSequence;
        }

        var again = new WriteBatch(batch.Payload) { Numbering = batch.Numbering, IsNumberingProven = true };
        again.FindDamage();
        return again.NextSequence;
    }

    private void Remember(ReadOnlySpan<byte> name, ulong count)
    {
        if (_preparedByName.Remove(name, out byte[]? known, out ulong before))
        {
            // RocksDB gives no two transactions the same name, so the outcome of the first is not known.
            ProcessRemoved(known, before);
        }

        if (name.Length + EntryCost > MaxNameBytes - _nameBytes)
        {
            _prepared.Clear();
            _changes.Clear();
            _nameBytes = 0;
        }

        if (name.Length + EntryCost <= MaxNameBytes)
        {
            byte[] added = known ?? name.ToArray();
            _changes.Add((added, null));
            _prepared[added] = count;
            _nameBytes += name.Length + EntryCost;
        }
    }

    private void ProcessRemoved(byte[] name, ulong count)
    {
        _changes.Add((name, count));
        _nameBytes -= name.Length + EntryCost;
    }
}
