using WalParser.Coding;

namespace WalParser.Batches;

// What takes a sequence number (RocksDB, MemTableInserter in db/write_batch.cc and WriteImpl in db/db_impl/db_impl_write.cc):
//
// - An operation that changes a key takes one, also if its column family has been dropped.
// - A write-committed section takes none where it is prepared. Its commit takes one for each of its operations, behind those
//   for the operations that stand before the mark in the commit's batch. Its rollback takes none.
// - In databases that number by sub-batch, each sub-batch takes one, and a commit or rollback mark ends one, if an empty one.
//   Each batch is numbered by itself there, as it stands.

/// <summary>
/// Says which sequence numbers the batches of one database take, fed with them in the order of its logs.
/// <code>
/// BatchSequences sequences = tracker.Take(ref batch);
/// </code>
/// Whoever goes through the operations anyway calls <see cref="Begin"/>, then <see cref="TakeMark"/> for each that has no key, and
/// <see cref="End"/> behind the last. Not thread-safe.
/// </summary>
internal sealed class SequenceTracker
{
    /// <summary>
    /// How many bytes the names of prepared transactions may take, with what it costs to keep each. Beyond, all are forgotten, and how many
    /// numbers their commits take is unknown.
    /// </summary>
    private const long MaxNameBytes = 64 << 20;

    private const int EntryCost = 128;

    private readonly Dictionary<byte[], ulong> _prepared = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], ulong>.AlternateLookup<ReadOnlySpan<byte>> _preparedByName;
    private readonly NumberingTracker _numbering = new();
    private long _nameBytes;

    // The batch that is gone through.
    private ulong? _sectionSequence;
    private ulong _committed;
    private bool _isUnknown;
    private bool _hasOrphanRollback;

    public SequenceTracker() => _preparedByName = _prepared.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>How the database numbers, as far as its batches have shown it.</summary>
    public SequenceNumbering Numbering => _numbering.Numbering;

    /// <summary>Goes through the batch, whose numbering it sets.</summary>
    public BatchSequences Take(ref WriteBatch batch)
    {
        Begin(ref batch);
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey)
            {
                TakeMark(operation);
            }
        }

        return End(batch);
    }

    /// <summary>Tells the batch how the database numbers.</summary>
    public void Begin(ref WriteBatch batch)
    {
        _sectionSequence = null;
        _committed = 0;
        _isUnknown = false;
        _hasOrphanRollback = false;
        _numbering.Begin(ref batch);
    }

    /// <summary>Takes an operation that has no key.</summary>
    public void TakeMark(in WriteBatchOperation operation)
    {
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
                    _nameBytes -= name.Length + EntryCost;
                }
                else
                {
                    _isUnknown = true;
                }

                break;
            case BatchTag.RollbackXid:
                if (_preparedByName.Remove(operation.Xid, out byte[]? rolledBack, out _))
                {
                    _nameBytes -= rolledBack.Length + EntryCost;
                }
                else
                {
                    // By sub-batch it takes one; nothing may have shown yet that the database numbers so.
                    _hasOrphanRollback = true;
                }

                break;
        }
    }

    /// <summary>The batch was enumerated to its end.</summary>
    public BatchSequences End(in WriteBatch batch)
    {
        ulong? next = batch.NextSequence;
        if (batch.Numbering == SequenceNumbering.PerOperation)
        {
            next = _isUnknown || (_hasOrphanRollback && !batch.IsNumberingProven) ? null : next + _committed;
        }

        _numbering.End(batch.Numbering, batch.IsNumberingProven, next, batch.Sequence + batch.Count);
        return new BatchSequences(batch.Sequence, next);
    }

    private void Remember(ReadOnlySpan<byte> name, ulong count)
    {
        if (_preparedByName.Remove(name, out _, out _))
        {
            // RocksDB names no two transactions alike; what became of the first is not known.
            _nameBytes -= name.Length + EntryCost;
        }

        if (name.Length + EntryCost > MaxNameBytes - _nameBytes)
        {
            _prepared.Clear();
            _nameBytes = 0;
        }

        if (name.Length + EntryCost <= MaxNameBytes)
        {
            _preparedByName[name] = count;
            _nameBytes += name.Length + EntryCost;
        }
    }
}
