using WalParser.Batches;
using WalParser.Findings;

namespace WalParser.Transactions;

/// <summary>The operations that take effect with a batch; for use with <c>foreach</c>.</summary>
public readonly ref struct CommittedOperations
{
    private readonly TransactionAssembler _assembler;
    private readonly WriteBatch.Enumerator _operations;
    private readonly long _offset;

    internal CommittedOperations(TransactionAssembler assembler, WriteBatch.Enumerator operations, long offset)
    {
        _assembler = assembler;
        _operations = operations;
        _offset = offset;
    }

    /// <summary>Returns an enumerator of the operations, which may be enumerated only once.</summary>
    public Enumerator GetEnumerator() => new(_assembler, _operations, _offset);

    /// <summary>Enumerates the operations that take effect with a batch, and passes the others to the assembler.</summary>
    public ref struct Enumerator
    {
        private readonly TransactionAssembler _assembler;
        private readonly long _offset;
        private WriteBatch.Enumerator _operations;

        // The committed transaction whose operations are being enumerated, and the current one of its sections.
        private Transaction? _committed;
        private WriteBatch.Enumerator _section;
        private int _nextSection;

        // The section that is being prepared, and its offset in the batch.
        private bool _isInSection;
        private BatchTag _sectionTag;
        private int _sectionStart;
        private ulong _sectionSequence;
        private uint _sectionOperations;
        private int? _sectionTimestampSize;

        // Whether operations were read since the last mark, and whether a rollback mark after them makes them an undo.
        private bool _isInRun;
        private bool _isUndo;
        private bool _hasEnded;

        internal Enumerator(TransactionAssembler assembler, WriteBatch.Enumerator operations, long offset)
        {
            _assembler = assembler;
            _operations = operations;
            _offset = offset;
        }

        /// <summary>The current operation.</summary>
        public readonly CommittedOperation Current =>
            new(_committed is null ? _operations.Current : _section.Current, _committed);

        /// <summary>Moves to the next operation that takes effect. Returns false after the last one.</summary>
        public bool MoveNext()
        {
            if (_committed is not null && MoveInTransaction())
            {
                return true;
            }

            while (!_hasEnded)
            {
                int start = _operations.Offset;
                if (!_operations.MoveNext())
                {
                    End();
                    break;
                }

                WriteBatchOperation operation = _operations.Current;
                if (operation.HasKey || operation.Type == OperationType.LogData)
                {
                    if (ProcessOperation(operation))
                    {
                        return true;
                    }
                }
                else
                {
                    ProcessMark(operation, start);
                    if (_committed is not null && MoveInTransaction())
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        /// <summary>Processes the rest of the batch.</summary>
        public void Dispose()
        {
            _nextSection = int.MaxValue;
            while (!_hasEnded && MoveNext())
            {
                _nextSection = int.MaxValue;
            }
        }

        /// <summary>Moves to the next operation of the committed transaction. Returns false after the last one.</summary>
        private bool MoveInTransaction()
        {
            List<(byte[] Batch, Framing.TimestampSizes? TimestampSizes)> kept = _committed!.Kept;
            while (true)
            {
                if (_nextSection is > 0 and < int.MaxValue && _section.MoveNext())
                {
                    return true;
                }

                if (_nextSection >= kept.Count)
                {
                    kept.Clear();
                    _committed = null;
                    return false;
                }

                _section = new WriteBatch.Enumerator(
                    kept[_nextSection].Batch, kept[_nextSection].TimestampSizes, ref _assembler.SectionResult);
                _nextSection++;
            }
        }

        /// <summary>Processes an operation. Returns true if it takes effect at its position.</summary>
        private bool ProcessOperation(in WriteBatchOperation operation)
        {
            if (_isInSection)
            {
                _sectionOperations += operation.HasKey ? 1u : 0;
                AddTimestamp(operation.Timestamp.Length);
                AddTimestamp(operation.EndTimestamp.Length);
                return false;
            }

            if (!_isInRun)
            {
                // There is something to undo only if operations are written before their commit: the batch of the rollback restores the
                // earlier values, and no reader ever saw the changes that it reverts.
                _isInRun = true;
                _isUndo = !_assembler.ReturnsRestoredValues
                    && _operations.Result.Numbering == SequenceNumbering.PerSubBatch
                    && _operations.FindMark() == BatchTag.RollbackXid;
            }

            return !_isUndo;
        }

        private void AddTimestamp(int size) => _sectionTimestampSize =
            size == 0 ? _sectionTimestampSize
            : _sectionTimestampSize is null || _sectionTimestampSize == size ? size
            : Transaction.SeveralSizes;

        private void ProcessMark(in WriteBatchOperation mark, int start)
        {
            _isInRun = false;
            var place = new TransactionPlace(_assembler.File, _offset);
            if (_isInSection && mark.Type != OperationType.EndPrepare)
            {
                _isInSection = false;
                _assembler.Report(FindingKind.SectionInterrupted, place, null, start - _sectionStart);
            }

            switch (mark.Type)
            {
                case OperationType.BeginPrepare:
                    _isInSection = true;
                    _sectionTag = (BatchTag)mark.Tag;
                    _sectionStart = _operations.Offset;
                    _sectionSequence = mark.Sequence;
                    _sectionOperations = 0;
                    _sectionTimestampSize = null;
                    break;
                case OperationType.EndPrepare when _isInSection:
                    _isInSection = false;
                    _assembler.Prepare(
                        mark.Xid,
                        _sectionTag,
                        _operations.Payload[_sectionStart..start],
                        _operations.TimestampSizes,
                        _sectionSequence,
                        _sectionOperations,
                        _sectionTimestampSize,
                        place);
                    break;
                case OperationType.EndPrepare:
                    _assembler.Report(FindingKind.SectionNotBegun, place, null, 0);
                    break;
                case OperationType.Commit:
                case OperationType.CommitWithTimestamp:
                    Transaction committed = _assembler.Commit(mark, place);
                    if (committed.Policy == TransactionPolicy.WriteCommitted)
                    {
                        _operations.SkipSequences((ulong)committed.Operations);
                    }

                    _committed = committed;
                    _nextSection = _nextSection == int.MaxValue ? int.MaxValue : 0;
                    break;
                case OperationType.Rollback:
                    _assembler.RollBack(mark.Xid, place);
                    break;
            }
        }

        private void End()
        {
            _hasEnded = true;
            if (_isInSection && _operations.Finding is null)
            {
                _assembler.Report(
                    FindingKind.SectionNotEnded,
                    new TransactionPlace(_assembler.File, _offset),
                    null,
                    _operations.Payload.Length - _sectionStart);
            }

            _assembler.End(_operations);
        }
    }
}
