using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
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
/// A write batch, read in place from a record's bytes, which must stay valid as long as it is used.
/// <code>
/// var batch = new WriteBatch(reader.Record);
/// foreach (WriteBatchOperation operation in batch) { … }
/// if (batch.Corruption is { } corruption) { … }
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
    private Findings _findings;

    /// <summary>The batch that <paramref name="record"/> holds.</summary>
    public WriteBatch(WalRecord record)
        : this(record.Payload, record.TimestampSizes)
    {
    }

    /// <summary>The batch in <paramref name="payload"/>.</summary>
    /// <param name="payload">The batch's bytes, from the sequence number on.</param>
    /// <param name="timestampSizes">How long the timestamps at the end of the keys are; none by default.</param>
    public WriteBatch(ReadOnlySpan<byte> payload, TimestampSizes? timestampSizes = null)
    {
        _payload = payload;
        _timestampSizes = timestampSizes;
    }

    /// <summary>The sequence number of the first operation; 0 if the batch is too small to have one.</summary>
    public readonly ulong Sequence => HasHeader ? BinaryPrimitives.ReadUInt64LittleEndian(_payload) : 0;

    /// <summary>How many operations change a key, by the header. Only enumeration shows whether that is true.</summary>
    public readonly uint Count => HasHeader ? BinaryPrimitives.ReadUInt32LittleEndian(_payload[sizeof(ulong)..]) : 0;

    /// <summary>
    /// Whether RocksDB takes it for a batch: it is long enough for a header, and its sequence number is not above <see cref="MaxSequence"/>. What is
    /// none takes no sequence numbers.
    /// </summary>
    public readonly bool HasValidHeader => HasHeader && Sequence <= MaxSequence;

    /// <summary>
    /// How operations take their sequence numbers. Set it where the database is known to number by sub-batch. It sets itself
    /// when the batch shows that (by the beginning of a write-prepared or write-unprepared section, or by a Noop that ends it behind
    /// operations; a write-committed section shows the contrary), so that it can be carried over to the batches that follow.
    /// </summary>
    public SequenceNumbering Numbering
    {
        readonly get => _findings.Numbering;
        set => _findings.Numbering = value;
    }

    /// <summary>
    /// The damage at which the last enumeration of this instance ended; null if it ended without damage, was left early, or there was none.
    /// The operations before the damage were returned.
    /// </summary>
    /// <remarks>
    /// A batch from <see cref="WalSets.WalSetReader.Batch"/> or <see cref="WalSets.WalUpdate.Batch"/> has the damage from the beginning, because
    /// the reader has enumerated it: after <c>foreach (… in reader.Batch)</c>, <c>reader.Batch.Corruption</c> reports it. An enumeration of an
    /// instance that is not kept, such as <c>foreach (… in new WriteBatch(record))</c>, reports damage only through
    /// <see cref="Enumerator.Corruption"/>.
    /// </remarks>
    public WriteBatchCorruption? Corruption
    {
        readonly get => _findings.Corruption;
        internal init => _findings.Corruption = value;
    }

    /// <summary>
    /// Whether a transaction's section has shown <see cref="Numbering"/>. A Noop at a batch's end is then not taken for a sign: an empty
    /// write-committed transaction that was merged behind others ends in one too.
    /// </summary>
    internal bool IsNumberingProven
    {
        readonly get => _findings.IsNumberingProven;
        set => _findings.IsNumberingProven = value;
    }

    /// <summary>
    /// The number after the last that the batch takes by itself, once it was enumerated to its end; null before, and where it is damaged.
    /// The operations of write-committed transactions that it commits take more (see <see cref="SequenceTracker"/>).
    /// </summary>
    internal readonly ulong? NextSequence => _findings.NextSequence;

    /// <summary>The bytes of the batch, header included; valid as long as the bytes that it was made from.</summary>
    public readonly ReadOnlySpan<byte> Payload => _payload;

    private readonly bool HasHeader => _payload.Length >= HeaderSize;

    /// <summary>The operations, in order.</summary>
    [UnscopedRef]
    public Enumerator GetEnumerator() => new(_payload, _timestampSizes, ref _findings);

    /// <summary>Returns an enumerator of the operations after a position that an enumeration of the same batch has reported.</summary>
    [UnscopedRef]
    public Enumerator GetEnumerator(in WriteBatchPosition position) =>
        position.Offset == 0 ? GetEnumerator() : new(_payload, _timestampSizes, ref _findings, position);

    /// <summary>
    /// Calls <paramref name="handler"/> for each operation in order, until it no longer wants to continue. Returns the damage that
    /// was met, or null.
    /// </summary>
    public WriteBatchCorruption? Iterate(IWriteBatchHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Enumerator operations = GetEnumerator();
        while (handler.ShouldContinue && operations.MoveNext())
        {
            WriteBatchOperation operation = operations.Current;
            Dispatch(handler, operation);
        }

        return Corruption;
    }

    /// <summary>Goes through all operations for the damage that this finds.</summary>
    internal WriteBatchCorruption? FindCorruption()
    {
        foreach (WriteBatchOperation _ in this)
        {
            // Going through them is what finds it.
        }

        return Corruption;
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

    /// <summary>What an enumeration leaves behind for its batch.</summary>
    internal struct Findings
    {
        public WriteBatchCorruption? Corruption;
        public SequenceNumbering Numbering;
        public bool IsNumberingProven;
        public ulong? NextSequence;
    }
}
