using System.Buffers.Binary;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Batches;

public ref partial struct WriteBatch
{
    /// <summary>Enumerates the operations of a batch; for <c>foreach</c>. It is on the stack, like the batch.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _payload;
        private readonly TimestampSizes? _timestampSizes;
        private readonly uint _count;
        private readonly ref EnumerationResult _result;
        private int _position;
        private bool _hasEnded;
        private uint _counted;
        private ulong _sequence;

        // For numbering by sub-batch: the keys of the sub-batch so far, and whether there are operations since the last mark.
        private SubBatchKeys? _subBatch;
        private bool _hasOperation;

        // The number at which the current section began, if one has begun: the operations of a write-committed section take their numbers
        // when it is committed.
        private ulong? _sectionSequence;

        // The current operation.
        private BatchTag _tag;
        private uint _columnFamily;
        private ulong _currentSequence;
        private ReadOnlySpan<byte> _first;
        private ReadOnlySpan<byte> _second;

        internal Enumerator(ReadOnlySpan<byte> payload, TimestampSizes? timestampSizes, ref EnumerationResult result)
            : this(ref result, payload, timestampSizes)
        {
            if (!result.IsNumberingProven
                && result.Numbering == SequenceNumbering.PerOperation
                && MayEndInSeparator(payload)
                && EndsInSeparator(payload))
            {
                result.Numbering = SequenceNumbering.PerSubBatch;
            }
        }

        /// <summary>Creates an enumerator that begins at a position after the beginning.</summary>
        internal Enumerator(
            ReadOnlySpan<byte> payload, TimestampSizes? timestampSizes, ref EnumerationResult result, in WriteBatchPosition position)
            : this(ref result, payload, timestampSizes)
        {
            if (!_hasEnded)
            {
                _position = position.Offset;
                _hasEnded = position.HasEnded;
                _counted = position.Counted;
                _sequence = position.Sequence;
                _sectionSequence = position.SectionSequence;
                _subBatch = position.SubBatch;
                _hasOperation = position.HasOperation;
                _result.Numbering = position.Numbering;
                _result.IsNumberingProven = position.IsNumberingProven;
            }
        }

        private Enumerator(ref EnumerationResult result, ReadOnlySpan<byte> payload, TimestampSizes? timestampSizes)
        {
            _payload = payload;
            _timestampSizes = timestampSizes is null || timestampSizes.IsEmpty ? null : timestampSizes;
            _result = ref result;
            _result.Finding = null;
            _result.NextSequence = null;
            if (payload.Length < HeaderSize)
            {
                _hasEnded = true;
                Fail(FindingKind.BatchTooSmall, default, 0);
                return;
            }

            _sequence = BinaryPrimitives.ReadUInt64LittleEndian(payload);
            _count = BinaryPrimitives.ReadUInt32LittleEndian(payload[sizeof(ulong)..]);
            _position = HeaderSize;
        }

        /// <summary>The current operation. Its spans are bytes of the batch.</summary>
        public readonly WriteBatchOperation Current => new(
            _tag, _currentSequence, _columnFamily, _first, _second, _timestampSizes is null ? 0 : _timestampSizes[_columnFamily]);

        /// <summary>The bytes of the batch.</summary>
        internal readonly ReadOnlySpan<byte> Payload => _payload;

        /// <summary>The sizes of the timestamps.</summary>
        internal readonly TimestampSizes? TimestampSizes => _timestampSizes;

        /// <summary>
        /// The damage because of which <see cref="MoveNext"/> returns false; null while there are operations, and at an end without damage.
        /// The same as the batch's <see cref="WriteBatch.Finding"/>, for an enumeration of a batch that is not kept in a variable.
        /// </summary>
        public readonly Finding? Finding => _result.Finding;

        /// <summary>
        /// The position after the current operation, or before the first one, from which
        /// <see cref="WriteBatch.GetEnumerator(in WriteBatchPosition)"/> continues.
        /// </summary>
        public readonly WriteBatchPosition Position => new(
            _position,
            _hasEnded,
            _counted,
            _sequence,
            _sectionSequence,
            _subBatch,
            _hasOperation,
            _result.Numbering,
            _result.IsNumberingProven);

        /// <summary>The offset in the batch, in bytes, of the first byte after the current operation.</summary>
        internal readonly int Offset => _position;

        /// <summary>The result of the enumeration so far.</summary>
        internal readonly ref readonly EnumerationResult Result => ref _result;

        /// <summary>
        /// Reads the next operation; returns false after the last one, and at damage, which <see cref="Finding"/> then reports.
        /// </summary>
        public bool MoveNext()
        {
            if ((uint)_position >= (uint)_payload.Length)
            {
                return End();
            }

            int start = _position;
            _tag = (BatchTag)_payload[_position++];
            _columnFamily = 0;
            _second = default;
            ref readonly BatchTagTraits traits = ref BatchTagTraits.Of(_tag);
            if ((traits.Form & BatchTagForm.Key) != 0)
            {
                return TryReadOperation(traits.Form) ? Count() : Fail(start);
            }

            if ((traits.Form & BatchTagForm.Unknown) != 0)
            {
                Fail(FindingKind.UnknownBatchTag, _tag, start);
                return false;
            }

            _first = default;
            if (((traits.Form & BatchTagForm.Data) != 0 && !TryReadField(out _first))
                || ((traits.Form & BatchTagForm.Second) != 0 && !TryReadField(out _second)))
            {
                return Fail(start);
            }

            return ProcessMark(traits.Type);
        }

        /// <summary>Skips sequence numbers that operations outside the batch take.</summary>
        internal void SkipSequences(ulong count) => _sequence += count;

        /// <summary>Returns the next mark of a transaction, or Noop, after the current operation; null if there is none.</summary>
        internal readonly BatchTag? FindMark()
        {
            EnumerationResult result = default;
            var operations = new Enumerator(ref result, _payload, null) { _position = _position };
            while (operations.MoveNext())
            {
                if (!operations.Current.HasKey && operations._tag != BatchTag.LogData)
                {
                    return operations._tag;
                }
            }

            return null;
        }

        /// <summary>Returns whether the last byte can be a Noop. It can also belong to a value.</summary>
        private static bool MayEndInSeparator(ReadOnlySpan<byte> payload) =>
            payload.Length > HeaderSize + 1 && payload[^1] == (byte)BatchTag.Noop;

        /// <summary>
        /// Returns whether the batch ends in a Noop after operations. Databases that number by sub-batch end plain batches in this way
        /// (<c>WritePreparedTxnDB::WriteInternal</c>: "a batch separator for the memtable").
        /// </summary>
        private static bool EndsInSeparator(ReadOnlySpan<byte> payload)
        {
            EnumerationResult result = default;
            var operations = new Enumerator(ref result, payload, null);
            bool hasOperation = false;
            bool isSeparator = false;
            while (operations.MoveNext())
            {
                BatchTag tag = operations._tag;
                isSeparator = hasOperation && tag == BatchTag.Noop;
                hasOperation = tag == BatchTag.LogData || operations.Current.HasKey;
                if (tag == BatchTag.BeginPrepareXid)
                {
                    return false;
                }
            }

            return isSeparator && result.Finding is null;
        }

        private bool TryReadOperation(BatchTagForm form) =>
            ((form & BatchTagForm.ColumnFamily) == 0 || TryReadVarint32(out _columnFamily))
            && TryReadField(out _first)
            && ((form & BatchTagForm.Second) == 0 || TryReadField(out _second))
            && ((form & BatchTagForm.WriteTime) == 0 || _second.Length >= sizeof(ulong));

        /// <summary>Processes an operation that changes no key: log data, or a mark of a transaction.</summary>
        private bool ProcessMark(OperationType type)
        {
            switch (type)
            {
                case OperationType.LogData:
                    // A sub-batch may contain only log data.
                    _hasOperation = true;
                    _currentSequence = _sequence;
                    return true;

                case OperationType.BeginPrepare:
                    return Begin(_tag == BatchTag.BeginPrepareXid ? SequenceNumbering.PerOperation : SequenceNumbering.PerSubBatch);

                case OperationType.EndPrepare:
                    return EndSection();

                case OperationType.Noop when !_hasOperation:
                    // The batch of a transaction may begin with a Noop, which ends no sub-batch.
                    _currentSequence = _sequence;
                    return true;

                default:
                    return Mark();
            }
        }

        private bool TryReadField(out ReadOnlySpan<byte> field)
        {
            if (!TryReadVarint32(out uint length) || length > (uint)(_payload.Length - _position))
            {
                field = default;
                return false;
            }

            field = _payload.Slice(_position, (int)length);
            _position += (int)length;
            return true;
        }

        private bool TryReadVarint32(out uint value)
        {
            if ((uint)_position < (uint)_payload.Length && _payload[_position] < 0x80)
            {
                value = _payload[_position++];
                return true;
            }

            return TryReadLongVarint32(out value);
        }

        /// <summary>
        /// Reads a varint32 as <see cref="Coding.Varint"/> does, but in place: lengths over 127 are as common as others, and a span of the
        /// remaining bytes for each of them costs a twentieth of the whole enumeration.
        /// </summary>
        private bool TryReadLongVarint32(out uint value)
        {
            value = 0;
            for (int shift = 0; shift <= 28 && _position < _payload.Length; shift += 7)
            {
                byte part = _payload[_position++];
                value |= (uint)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Processes an operation that changes a key: it counts and takes a sequence number.</summary>
        private bool Count()
        {
            _counted++;
            if (_result.Numbering == SequenceNumbering.PerOperation)
            {
                _currentSequence = _sequence++;
                return true;
            }

            _hasOperation = true;
            _subBatch ??= new SubBatchKeys();
            if (!_subBatch.TryAdd(_columnFamily, _first))
            {
                _sequence++;
                _subBatch.Clear();
                _subBatch.TryAdd(_columnFamily, _first);
            }

            _currentSequence = _sequence;
            return true;
        }

        /// <summary>Begins the section of a transaction. Its tag shows how the database numbers.</summary>
        private bool Begin(SequenceNumbering numbering)
        {
            _result.Numbering = numbering;
            _result.IsNumberingProven = true;
            _currentSequence = _sequence;
            _sectionSequence = _sequence;
            _hasOperation = false;
            return true;
        }

        /// <summary>
        /// Ends the section of a transaction. A write-committed section takes no numbers (in <c>MemTableInserter</c>, the sequence does not
        /// advance while a transaction is rebuilt); this matters if another batch was merged after it.
        /// </summary>
        private bool EndSection()
        {
            bool isMark = Mark();
            if (_result.Numbering == SequenceNumbering.PerOperation)
            {
                _sequence = _sectionSequence ?? _sequence;
            }

            _sectionSequence = null;
            return isMark;
        }

        /// <summary>Ends the section of a transaction, and with it a sub-batch, even an empty one.</summary>
        private bool Mark()
        {
            _currentSequence = _sequence;
            _hasOperation = false;
            if (_result.Numbering == SequenceNumbering.PerSubBatch)
            {
                _sequence++;
                _subBatch?.Clear();
            }

            return true;
        }

        private bool Fail(int start)
        {
            Fail(FindingKind.BadBatchOperation, _tag, start);
            return false;
        }

        private void Fail(FindingKind kind, BatchTag tag, int start)
        {
            _result.Finding = new Finding
            {
                Kind = kind,
                Reason = BatchReason.Of(kind, tag),
                Offset = start,
                Bytes = _payload.Length - start,
            };
            _position = _payload.Length;
            _hasEnded = true;
        }

        private bool End()
        {
            if (!_hasEnded)
            {
                _hasEnded = true;
                if (_result.EndFinding is { } finding)
                {
                    _result.Finding = finding;
                }
                else if (_counted != _count)
                {
                    Fail(FindingKind.WrongBatchCount, default, _payload.Length);
                    _result.Finding = _result.Finding! with { Detail = BatchReason.Counts(_count, _counted) };
                }
                else
                {
                    // Operations after the last mark are a sub-batch of their own.
                    bool isSubBatchOpen = _result.Numbering == SequenceNumbering.PerSubBatch && _hasOperation;
                    _result.NextSequence = isSubBatchOpen ? _sequence + 1 : _sequence;
                }
            }

            return false;
        }
    }
}
