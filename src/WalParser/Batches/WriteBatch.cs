using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Batches;

// The wire format (RocksDB, db/write_batch.cc):
//
//   +--------------+-----------+ - - - - - - - - - - - - - - - - - - - -+
//   | sequence (8) | count (4) | tag (1), [family,] fields ... | tag ... |
//   +--------------+-----------+ - - - - - - - - - - - - - - - - - - - -+
//
// Integers are little-endian; a family is a varint32; a field is a varint32 length and as many bytes.
// "count" is the number of operations that change a key; log data and transactions' marks do not count.

/// <summary>
/// A write batch, read in place from the bytes of a record, which must stay valid as long as the batch is used.
/// <code>
/// var batch = new WriteBatch(reader.Record);
/// foreach (WriteBatchOperation operation in batch) { … }
/// if (batch.Finding is { } finding) { … }
/// </code>
/// </summary>
public ref partial struct WriteBatch
{
    /// <summary>The size in bytes of the header: sequence number and count.</summary>
    public const int HeaderSize = 12;

    /// <summary>The largest sequence number that RocksDB accepts: 2⁵⁶ − 1 (<c>kMaxSequenceNumber</c> in <c>db/dbformat.h</c>).</summary>
    public const ulong MaxSequence = (1UL << 56) - 1;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly TimestampSizes? _timestampSizes;
    private EnumerationResult _result;

    /// <summary>Creates the batch in a record.</summary>
    /// <param name="record">The record.</param>
    public WriteBatch(WalRecord record)
        : this(record.Payload, record.TimestampSizes)
    {
    }

    /// <summary>Creates the batch in <paramref name="payload"/>.</summary>
    /// <param name="payload">The bytes of the batch, header included.</param>
    /// <param name="timestampSizes">The sizes of the timestamps at the end of the keys; none by default.</param>
    public WriteBatch(ReadOnlySpan<byte> payload, TimestampSizes? timestampSizes = null)
    {
        _payload = payload;
        _timestampSizes = timestampSizes;
    }

    /// <summary>Creates a batch of which only the first operations count.</summary>
    /// <param name="payload">The bytes of the batch, header included, up to the first operation that does not count.</param>
    /// <param name="timestampSizes">The sizes of the timestamps at the end of the keys.</param>
    /// <param name="finding">The reason why the rest does not count, with which an enumeration ends.</param>
    internal WriteBatch(ReadOnlySpan<byte> payload, TimestampSizes timestampSizes, Finding finding)
        : this(payload, timestampSizes)
    {
        _result.EndFinding = finding;
        _result.Finding = finding;
    }

    /// <summary>The sequence number of the first operation; 0 if the batch is too small to have a header.</summary>
    public readonly ulong Sequence => HasHeader ? BinaryPrimitives.ReadUInt64LittleEndian(_payload) : 0;

    /// <summary>The number of operations that change a key, as the header claims; an enumeration checks the claim.</summary>
    public readonly uint Count => HasHeader ? BinaryPrimitives.ReadUInt32LittleEndian(_payload[sizeof(ulong)..]) : 0;

    /// <summary>
    /// Whether RocksDB accepts the record as a batch: it is long enough for a header, and its sequence number is not above
    /// <see cref="MaxSequence"/>. Other records take no sequence numbers.
    /// </summary>
    public readonly bool HasValidHeader => HasHeader && Sequence <= MaxSequence;

    /// <summary>
    /// How the operations take their sequence numbers. Set it if the database is known to number by sub-batch. An enumeration sets it if
    /// the batch shows the numbering, so that it can be carried over to the next batches: the beginning of a write-prepared or
    /// write-unprepared section, or a Noop after operations at the end, shows numbering by sub-batch; a write-committed section shows the
    /// contrary.
    /// </summary>
    public SequenceNumbering Numbering
    {
        readonly get => _result.Numbering;
        set => _result.Numbering = value;
    }

    /// <summary>
    /// The damage at which the last enumeration of this instance ended; null if it ended without damage, was left early, or there was none.
    /// The operations before the damage were returned.
    /// </summary>
    /// <remarks>
    /// A batch from <see cref="WalSets.WalSetReader.Batch"/> or <see cref="WalSets.WalUpdate.Batch"/> has the damage from the beginning,
    /// because the reader has enumerated it: after <c>foreach (… in reader.Batch)</c>, <c>reader.Batch.Finding</c> reports it. An
    /// enumeration of an instance that is not kept, such as <c>foreach (… in new WriteBatch(record))</c>, reports damage only through
    /// <see cref="Enumerator.Finding"/>.
    /// </remarks>
    public Finding? Finding
    {
        readonly get => _result.Finding;
        internal init => _result.Finding = value;
    }

    /// <summary>
    /// Whether the section of a transaction has shown <see cref="Numbering"/>. A Noop at the end of a batch then shows nothing: an empty
    /// write-committed transaction that was merged after others also ends in one.
    /// </summary>
    internal bool IsNumberingProven
    {
        readonly get => _result.IsNumberingProven;
        set => _result.IsNumberingProven = value;
    }

    /// <summary>
    /// The number after the last one that the batch takes by itself, after an enumeration to the end; null before, and for a damaged batch.
    /// The operations of write-committed transactions that it commits take more (see <see cref="SequenceTracker"/>).
    /// </summary>
    internal readonly ulong? NextSequence => _result.NextSequence;

    /// <summary>The bytes of the batch, header included; valid as long as the bytes that it was made from.</summary>
    public readonly ReadOnlySpan<byte> Payload => _payload;

    private readonly bool HasHeader => _payload.Length >= HeaderSize;

    /// <summary>Returns an enumerator of the operations, in order; for <c>foreach</c>.</summary>
    [UnscopedRef]
    public Enumerator GetEnumerator() => new(_payload, _timestampSizes, ref _result);

    /// <summary>Returns an enumerator of the operations after a position that an enumeration of the same batch has reported.</summary>
    [UnscopedRef]
    public Enumerator GetEnumerator(in WriteBatchPosition position) =>
        position.Offset == 0 ? GetEnumerator() : new(_payload, _timestampSizes, ref _result, position);

    /// <summary>
    /// Calls <paramref name="handler"/> for each operation in order, until <see cref="IWriteBatchHandler.ShouldContinue"/> is false, and
    /// returns the damage that was found, or null.
    /// </summary>
    public Finding? Iterate(IWriteBatchHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Enumerator operations = GetEnumerator();
        while (handler.ShouldContinue && operations.MoveNext())
        {
            WriteBatchOperation operation = operations.Current;
            Dispatch(handler, operation);
        }

        return Finding;
    }

    /// <summary>Enumerates all operations, and returns the damage that this finds, or null.</summary>
    internal Finding? FindDamage()
    {
        foreach (WriteBatchOperation _ in this)
        {
            // The enumeration finds the damage.
        }

        return Finding;
    }

    private static void Dispatch(IWriteBatchHandler handler, WriteBatchOperation operation)
    {
        switch (operation.Type)
        {
            case OperationType.Put:
                handler.Put(operation);
                break;
            case OperationType.Delete:
                handler.Delete(operation);
                break;
            case OperationType.SingleDelete:
                handler.SingleDelete(operation);
                break;
            case OperationType.DeleteRange:
                handler.DeleteRange(operation);
                break;
            case OperationType.Merge:
                handler.Merge(operation);
                break;
            case OperationType.PutBlobIndex:
                handler.PutBlobIndex(operation);
                break;
            case OperationType.PutEntity:
                handler.PutEntity(operation);
                break;
            case OperationType.TimedPut:
                handler.TimedPut(operation);
                break;
            case OperationType.LogData:
                handler.LogData(operation);
                break;
            case OperationType.BeginPrepare:
                handler.MarkBeginPrepare(operation);
                break;
            case OperationType.EndPrepare:
                handler.MarkEndPrepare(operation);
                break;
            case OperationType.Commit:
                handler.MarkCommit(operation);
                break;
            case OperationType.CommitWithTimestamp:
                handler.MarkCommitWithTimestamp(operation);
                break;
            case OperationType.Rollback:
                handler.MarkRollback(operation);
                break;
            case OperationType.Noop:
                handler.MarkNoop(operation);
                break;
        }
    }

    /// <summary>The result of an enumeration: its finding, the numbering that it detected, and the next sequence number.</summary>
    internal struct EnumerationResult
    {
        public Finding? Finding;
        public Finding? EndFinding;
        public SequenceNumbering Numbering;
        public bool IsNumberingProven;
        public ulong? NextSequence;
    }
}
