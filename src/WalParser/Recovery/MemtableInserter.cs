using System.Buffers.Binary;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Recovery;

/// <summary>
/// Inserts batches as recovery does, and determines the sequence numbers that they take and the operation at which an insertion fails
/// (<c>MemTableInserter</c> in <c>db/write_batch.cc</c>):
/// - each operation takes a number, also if its column family is skipped; an empty range deletion that is not skipped takes none;
/// - a prepared section takes none, and its commit takes those of its operations;
/// - in a database that numbers by sub-batch, each sub-batch takes one: a mark ends one, and so does a key that it has already.
/// A batch that fails is inserted up to the operation that fails.
/// </summary>
/// <param name="families">The column families.</param>
/// <param name="allowsPrepared">Whether two-phase commits are enabled (<c>allow_2pc</c>).</param>
/// <param name="values">Receives the values that are written to table files at the end.</param>
internal sealed class MemtableInserter(RecoveredFamilies families, bool allowsPrepared, FlushedValues values)
{
    private const string Prepared = "WAL contains prepared transactions. Open with TransactionDB::Open().";

    private const string WrittenEarly =
        "WritePrepared/WriteUnprepared txn tag when write_after_commit_ is enabled (in default WriteCommitted mode). "
        + "If it is not due to corruption, the WAL must be emptied before changing the WritePolicy.";

    private const string WrittenLate =
        "WriteCommitted txn tag when write_after_commit_ is disabled (in WritePrepared/WriteUnprepared mode). "
        + "If it is not due to corruption, the WAL must be emptied before changing the WritePolicy.";

    private readonly NumberingTracker _numbering = new();
    private readonly InsertedKeys _keys = new();
    private SequenceNumbering? _policy;

    // The current batch.
    private ulong? _logNumber;
    private ulong _sequence;
    private bool _isEmptyBatch;
    private SectionKeys? _sectionKeys;

    // The section that is being rebuilt.
    private bool _isRebuilding;
    private ulong _sectionSequence;
    private int _sectionStart;
    private uint _sectionCount;
    private bool _sectionHasRange;
    private bool _sectionIsUnprepared;

    /// <summary>The transactions that are prepared.</summary>
    public RecoveredTransactions Transactions { get; } = new();

    /// <summary>Inserts a batch whose bytes are valid.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="sizes">The sizes of the timestamps in the batch.</param>
    /// <param name="logNumber">The number of its log; null if unknown.</param>
    public InsertResult Insert(ref WriteBatch batch, TimestampSizes sizes, ulong? logNumber)
    {
        _logNumber = logNumber;
        _sequence = batch.Sequence;
        _isEmptyBatch = true;
        _isRebuilding = false;
        _sectionKeys = null;
        _numbering.Begin(ref batch);
        WriteBatch.Enumerator operations = batch.GetEnumerator();
        InsertFault? fault = null;
        int start = operations.Offset;
        while (fault is null && operations.MoveNext())
        {
            WriteBatchOperation operation = operations.Current;
            bool isPerBatch = allowsPrepared && batch.Numbering == SequenceNumbering.PerSubBatch;
            fault = operation.HasKey
                ? Insert(operation, isPerBatch)
                : Process(operation, isPerBatch, batch.Payload, start, operations.Offset, sizes);
            start = fault is null ? operations.Offset : start;
        }

        _numbering.End(
            _policy ?? batch.Numbering, batch.IsNumberingProven, fault is null ? batch.NextSequence : null, batch.Sequence + batch.Count);
        return new InsertResult(_sequence, fault, start);
    }

    /// <summary>Processes log data or a mark.</summary>
    private InsertFault? Process(
        in WriteBatchOperation operation, bool isPerBatch, ReadOnlySpan<byte> payload, int start, int end, TimestampSizes sizes)
    {
        switch (operation.Type)
        {
            case OperationType.LogData:
                _isEmptyBatch = false;
                return null;
            case OperationType.BeginPrepare:
                _isEmptyBatch = false;
                return BeginSection(operation, end);
            case OperationType.EndPrepare:
                EndSection(operation.Xid, isPerBatch, payload, start, sizes);
                break;
            case OperationType.Commit or OperationType.CommitWithTimestamp:
                if (Commit(operation, isPerBatch) is { } fault)
                {
                    return fault;
                }

                break;
            case OperationType.Rollback:
                Transactions.Remove(operation.Xid);
                break;
            case OperationType.Noop when _isEmptyBatch:
                return null;
        }

        _isEmptyBatch = true;
        _sequence += isPerBatch ? 1u : 0u;
        return null;
    }

    private InsertFault? BeginSection(in WriteBatchOperation operation, int start)
    {
        bool isWriteCommitted = (BatchTag)operation.Tag == BatchTag.BeginPrepareXid;
        SequenceNumbering numbering = isWriteCommitted ? SequenceNumbering.PerOperation : SequenceNumbering.PerSubBatch;
        if (!allowsPrepared)
        {
            return new InsertFault(InsertFaultKind.NotSupported, isWriteCommitted ? Prepared : WrittenEarly);
        }

        if (_policy is { } policy && policy != numbering)
        {
            return new InsertFault(InsertFaultKind.NotSupported, isWriteCommitted ? WrittenLate : WrittenEarly);
        }

        _policy = numbering;
        _isRebuilding = true;
        _sectionSequence = _sequence;
        _sectionStart = start;
        _sectionCount = 0;
        _sectionHasRange = false;
        _sectionIsUnprepared = operation.IsUnprepared;
        return null;
    }

    private void EndSection(ReadOnlySpan<byte> name, bool isPerBatch, ReadOnlySpan<byte> payload, int end, TimestampSizes sizes)
    {
        byte[]? copy = null;
        if (_isRebuilding && !isPerBatch && Transactions.CanHold(end - _sectionStart + WriteBatch.HeaderSize))
        {
            copy = new byte[end - _sectionStart + WriteBatch.HeaderSize];
            BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(sizeof(ulong)), _sectionCount);
            payload[_sectionStart..end].CopyTo(copy.AsSpan(WriteBatch.HeaderSize));
        }

        Transactions.Add(name, _sectionSequence, new RecoveredSection(copy, sizes, _sectionCount)
        {
            HasNoBatch = !_isRebuilding,
            HasRangeDeletion = _sectionHasRange,
            IsUnprepared = _sectionIsUnprepared,
        });
        _isRebuilding = false;
        _sectionIsUnprepared = false;
    }

    private InsertFault? Commit(in WriteBatchOperation operation, bool isPerBatch)
    {
        if (!isPerBatch && Transactions.FindFirst(operation.Xid) is { } section)
        {
            if (section.HasNoBatch)
            {
                return new InsertFault(InsertFaultKind.Crash, "a transaction is committed whose section ended and did not begin");
            }

            if (InsertSection(section, hasTimestamp: operation.Type == OperationType.CommitWithTimestamp) is { } fault)
            {
                return fault;
            }
        }

        Transactions.Remove(operation.Xid);
        return null;
    }

    private InsertFault? InsertSection(RecoveredSection section, bool hasTimestamp)
    {
        if (section.Operations is null)
        {
            _sequence += section.Count;
            return null;
        }

        var batch = new WriteBatch(section.Operations, section.TimestampSizes);
        if (hasTimestamp)
        {
            foreach (WriteBatchOperation operation in batch)
            {
                if (operation.HasKey && families.StateOf(operation.ColumnFamily, _logNumber) == FamilyState.Missing)
                {
                    return new InsertFault(InsertFaultKind.Crash, "a commit sets timestamps in a column family that was dropped");
                }
            }
        }

        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey && InsertNow(operation, isPerBatch: false) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private InsertFault? Insert(in WriteBatchOperation operation, bool isPerBatch)
    {
        _isEmptyBatch = false;
        if (!_isRebuilding)
        {
            return InsertNow(operation, isPerBatch);
        }

        _sectionCount++;
        _sectionHasRange |= operation.Type == OperationType.DeleteRange;

        // In a write-committed section, the operation is kept for the commit. Elsewhere it is inserted, and kept for a rollback.
        InsertFault? fault = isPerBatch ? InsertNow(operation, isPerBatch) : null;
        return fault ?? (operation.Type is OperationType.TimedPut or OperationType.PutBlobIndex
            ? new InsertFault(InsertFaultKind.NotSupported, "a transaction cannot contain this operation")
            : null);
    }

    private InsertFault? InsertNow(in WriteBatchOperation operation, bool isPerBatch)
    {
        uint family = operation.ColumnFamily;
        FamilyState state = families.StateOf(family, _logNumber);
        if (state != FamilyState.Inserted)
        {
            return Skip(operation, isPerBatch, state);
        }

        bool isRange = operation.Type == OperationType.DeleteRange;
        if (isRange && families.Compare(family, operation.Key, operation.EndKey) is { } order and >= 0)
        {
            return order == 0 ? null : InsertFault.Of(FindingKind.ReversedRange);
        }

        if (operation.Type == OperationType.Merge && !families.HasMergeOperator(family))
        {
            return InsertFault.Of(FindingKind.MergeRefused);
        }

        if (_sequence > WriteBatch.MaxSequence)
        {
            return InsertFault.Of(FindingKind.SequencesBeyondMaximum, $"the greatest sequence number is {WriteBatch.MaxSequence}");
        }

        if (!_keys.TryAdd(_sequence, family, isRange, operation.KeyWithTimestamp))
        {
            _sequence += isPerBatch ? 1u : 0u;
            if (!isPerBatch || !_keys.TryAdd(_sequence, family, isRange, operation.KeyWithTimestamp))
            {
                _sequence += isPerBatch ? 1u : 0u;
                return new InsertFault(
                    InsertFaultKind.Damage,
                    "two consecutive TryAgain in WriteBatch handler; this is either a software bug or data corruption.");
            }
        }

        values.Process(operation, isPerBatch);
        _sequence += isPerBatch ? 0u : 1u;
        return null;
    }

    /// <summary>Counts an operation on a column family that table files have, or that is missing.</summary>
    private InsertFault? Skip(in WriteBatchOperation operation, bool isPerBatch, FamilyState state)
    {
        if (!isPerBatch)
        {
            _sequence++;
        }
        else if (_isRebuilding && operation.Type is not (OperationType.TimedPut or OperationType.PutBlobIndex))
        {
            if (state == FamilyState.Missing)
            {
                return new InsertFault(InsertFaultKind.Crash, "Recovering an entry from a dropped column family.");
            }

            _sectionKeys ??= new SectionKeys();
            _sequence += _sectionKeys.TryAdd(_sequence, operation.ColumnFamily, operation.KeyWithTimestamp) ? 0u : 1u;
        }

        return null;
    }
}
