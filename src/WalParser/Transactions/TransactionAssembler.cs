using System.Buffers.Binary;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Framing;

namespace WalParser.Transactions;

/// <summary>
/// Puts together the transactions of one database out of their parts, fed with the batches of its logs in order, and gives the operations
/// that took effect, in the order in which they did.
/// <code>
/// var batch = new WriteBatch(reader.Record);
/// foreach (CommittedOperation committed in assembler.Take(ref batch, reader.Record.Offset)) { … }
/// </code>
/// <para>
/// An operation that belongs to no transaction comes where it stands. Those of a transaction come where it is committed: a
/// write-committed one's with sequence numbers from the commit's on and the commit's timestamp, a write-prepared or write-unprepared
/// one's with the numbers that they had from the beginning. Operations of what was rolled back, or left prepared, do not come; nor do
/// those with which the rollback of a write-prepared or write-unprepared transaction undoes it, since nobody ever saw what they undo.
/// Marks do not come either; log data comes with the operations around it.
/// </para>
/// <para>
/// What is prepared is copied and kept until its end shows, up to a limit. Marks that are out of place are told as <see cref="Problems"/>,
/// not thrown. Nothing is allocated for batches without transactions. Not thread-safe.
/// </para>
/// </summary>
public sealed class TransactionAssembler
{
    /// <summary>What keeping a transaction costs beside its operations and its name, in bytes, about.</summary>
    private const int TransactionCost = 512;

    private const int SectionCost = 64;

    /// <summary>
    /// How many ended transactions are listed of a batch, and how many problems. Real batches stay far below: RocksDB merges up to 1 MiB
    /// of them unless told otherwise. A hostile one of 1 GiB can have 500 million marks.
    /// </summary>
    private const int MaxListed = 1 << 18;

    private readonly long _maxPreparedBytes;
    private readonly NumberingTracker _numbering = new();
    private readonly Dictionary<byte[], Transaction> _prepared = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], Transaction>.AlternateLookup<ReadOnlySpan<byte>> _preparedByXid;
    private readonly List<Transaction> _ended = [];
    private readonly List<TransactionProblem> _problems = [];
    private long _keptBytes;
    private long _begun;
    private bool _isWriteUnprepared;

    /// <summary>An assembler that has seen nothing.</summary>
    public TransactionAssembler(TransactionAssemblerOptions? options = null)
    {
        options ??= new TransactionAssemblerOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxPreparedBytes);
        _maxPreparedBytes = options.MaxPreparedBytes;
        _preparedByXid = _prepared.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The name of the log whose batches are taken, for the <see cref="TransactionPlace"/>s. Set it before a log's first batch.</summary>
    public string? File { get; set; }

    /// <summary>How the database numbers its operations, as far as its batches have shown.</summary>
    public SequenceNumbering Numbering => _numbering.Numbering;

    /// <summary>The transactions that ended with the batch taken last, in order. The list is filled anew with each batch.</summary>
    public IReadOnlyList<Transaction> Ended => _ended;

    /// <summary>What was wrong in the batch taken last, in order. The list is filled anew with each batch.</summary>
    public IReadOnlyList<TransactionProblem> Problems => _problems;

    /// <summary>How many transactions have been begun and not ended.</summary>
    public int PreparedCount => _prepared.Count;

    /// <summary>What <see cref="TransactionAssemblerOptions.MaxPreparedBytes"/> limits.</summary>
    internal long KeptBytes => _keptBytes;

    internal WriteBatch.Findings SectionFindings;

    /// <summary>
    /// Takes the next batch. It counts as taken when the enumeration of what this returns has ended; <c>foreach</c>, also when it
    /// is left early, sees to that. The batch's <see cref="WriteBatch.Corruption"/> is set then.
    /// </summary>
    /// <param name="batch">The batch. Its numbering is set.</param>
    /// <param name="offset">Offset of its record in the log, in bytes, for the <see cref="TransactionPlace"/>s.</param>
    public CommittedOperations Take(ref WriteBatch batch, long offset)
    {
        _ended.Clear();
        _problems.Clear();
        _numbering.Begin(ref batch);
        return new CommittedOperations(this, batch.GetEnumerator(), offset);
    }

    /// <summary>Takes the next batch, whose operations nobody wants to see.</summary>
    /// <inheritdoc cref="Take"/>
    public void Add(ref WriteBatch batch, long offset)
    {
        CommittedOperations.Enumerator operations = Take(ref batch, offset).GetEnumerator();
        operations.Dispose();
    }

    /// <summary>The transactions that have been begun and not ended, in the order in which they were begun. Makes a new list.</summary>
    public IReadOnlyList<Transaction> ListPrepared() => [.. _prepared.Values.OrderBy(transaction => transaction.Ordinal)];

    internal void Report(TransactionProblemKind kind, TransactionPlace place, Transaction? transaction, long bytes)
    {
        if (_problems.Count < MaxListed - 1)
        {
            _problems.Add(new TransactionProblem(kind, place, transaction, bytes));
        }
        else
        {
            ReportTooMany(place);
        }
    }

    /// <summary>A section was read to its end.</summary>
    internal void Prepare(
        ReadOnlySpan<byte> xid,
        BatchTag tag,
        ReadOnlySpan<byte> operations,
        TimestampSizes? timestampSizes,
        ulong sequence,
        uint count,
        TransactionPlace place)
    {
        if (_preparedByXid.TryGetValue(xid, out Transaction? transaction) && (transaction.IsPrepared || tag == BatchTag.BeginPrepareXid))
        {
            Report(TransactionProblemKind.PreparedTwice, place, transaction, 0);
            Finish(transaction, TransactionOutcome.Lost, place);
            transaction.Kept.Clear();
            transaction = null;
        }

        if (transaction is null)
        {
            transaction = new Transaction(xid.ToArray()) { Ordinal = _begun++, Begin = place, FirstSequence = sequence };
            if (TryReserve(transaction, TransactionCost + xid.Length))
            {
                _preparedByXid[xid] = transaction;
            }
            else
            {
                transaction.IsIncomplete = true;
            }
        }

        transaction.Sections++;
        transaction.Operations += count;
        transaction.Bytes += operations.Length;
        transaction.IsPrepared = tag != BatchTag.BeginUnprepareXid;
        transaction.Outcome = transaction.IsPrepared ? TransactionOutcome.LeftPrepared : TransactionOutcome.LeftUnprepared;
        _isWriteUnprepared = tag == BatchTag.BeginUnprepareXid || (_isWriteUnprepared && tag != BatchTag.BeginPrepareXid);
        transaction.Policy = tag == BatchTag.BeginPrepareXid ? TransactionPolicy.WriteCommitted
            : _isWriteUnprepared ? TransactionPolicy.WriteUnprepared
            : TransactionPolicy.WritePrepared;
        Keep(transaction, operations, timestampSizes, sequence, count, place);
    }

    /// <summary>A transaction is committed.</summary>
    internal Transaction Commit(in WriteBatchOperation mark, TransactionPlace place)
    {
        Transaction transaction = End(mark.Xid, place, TransactionOutcome.Committed);
        transaction.CommitSequence = mark.Sequence;
        if (mark.Type == OperationType.CommitWithTimestamp)
        {
            transaction.CommitTimestamp = mark.Timestamp.ToArray();
        }

        if (transaction.Policy == TransactionPolicy.WriteCommitted)
        {
            transaction.FirstSequence = mark.Sequence;
            bool fits = true;
            foreach ((byte[] batch, TimestampSizes? timestampSizes) in transaction.Kept)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(batch, mark.Sequence);
                fits &= transaction.CommitTimestamp is not { } timestamp || TryStamp(batch, timestampSizes, timestamp.Span);
            }

            if (!fits)
            {
                Report(TransactionProblemKind.TimestampSize, place, transaction, 0);
            }
        }

        SectionFindings = new WriteBatch.Findings
        {
            Numbering = transaction.Policy == TransactionPolicy.WriteCommitted ? SequenceNumbering.PerOperation : SequenceNumbering.PerSubBatch,
            IsNumberingProven = true,
        };
        return transaction;
    }

    /// <summary>A transaction is rolled back.</summary>
    internal void RollBack(ReadOnlySpan<byte> xid, TransactionPlace place) => End(xid, place, TransactionOutcome.RolledBack).Kept.Clear();

    /// <summary>A batch was gone through.</summary>
    internal void End(in WriteBatch.Enumerator operations)
    {
        ref readonly WriteBatch.Findings found = ref operations.Found;
        ReadOnlySpan<byte> payload = operations.Payload;
        bool hasOrphan = _ended.Exists(transaction => transaction.Begin is null);
        ulong nextByOperation = payload.Length < WriteBatch.HeaderSize
            ? 0
            : BinaryPrimitives.ReadUInt64LittleEndian(payload) + BinaryPrimitives.ReadUInt32LittleEndian(payload[sizeof(ulong)..]);
        _numbering.End(found.Numbering, found.IsNumberingProven, hasOrphan ? null : found.NextSequence, nextByOperation);
    }

    /// <summary>
    /// Puts the commit's timestamp at the end of all keys that have one, as RocksDB does (<c>TimestampUpdater</c> in
    /// <c>db/write_batch_internal.h</c>); false if it is not as long as a key's, which is then left as it is.
    /// </summary>
    private static bool TryStamp(byte[] section, TimestampSizes? timestampSizes, ReadOnlySpan<byte> timestamp)
    {
        bool fits = true;
        var batch = new WriteBatch(section, timestampSizes) { IsNumberingProven = true };
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey)
            {
                fits &= TryStamp(section, operation.Timestamp, timestamp) && TryStamp(section, operation.EndTimestamp, timestamp);
            }
        }

        return fits;
    }

    private static bool TryStamp(Span<byte> section, ReadOnlySpan<byte> place, ReadOnlySpan<byte> timestamp)
    {
        if (place.Length == timestamp.Length && section.Overlaps(place, out int offset))
        {
            timestamp.CopyTo(section[offset..]);
            return true;
        }

        return place.IsEmpty;
    }

    private void Keep(
        Transaction transaction,
        ReadOnlySpan<byte> operations,
        TimestampSizes? timestampSizes,
        ulong sequence,
        uint count,
        TransactionPlace place)
    {
        int size = WriteBatch.HeaderSize + operations.Length;
        if (transaction.IsIncomplete || !TryReserve(transaction, SectionCost + size))
        {
            // What is there of it is of no use without the rest.
            Report(TransactionProblemKind.TooLarge, place, transaction, operations.Length);
            transaction.IsIncomplete = true;
            foreach ((byte[] batch, _) in transaction.Kept)
            {
                Release(transaction, SectionCost + batch.Length);
            }

            transaction.Kept.Clear();
            return;
        }

        byte[] copy = new byte[size];
        BinaryPrimitives.WriteUInt64LittleEndian(copy, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(sizeof(ulong)), count);
        operations.CopyTo(copy.AsSpan(WriteBatch.HeaderSize));
        transaction.Kept.Add((copy, timestampSizes));
    }

    private Transaction End(ReadOnlySpan<byte> xid, TransactionPlace place, TransactionOutcome outcome)
    {
        if (!_preparedByXid.TryGetValue(xid, out Transaction? transaction))
        {
            transaction = new Transaction(xid.ToArray());
        }

        transaction.End = place;
        Finish(transaction, outcome, place);
        return transaction;
    }

    private void Finish(Transaction transaction, TransactionOutcome outcome, TransactionPlace place)
    {
        transaction.Outcome = outcome;
        _preparedByXid.Remove(transaction.Xid.Span);
        Release(transaction, transaction.Cost);
        if (_ended.Count < MaxListed)
        {
            _ended.Add(transaction);
        }
        else
        {
            ReportTooMany(place);
        }
    }

    private void ReportTooMany(TransactionPlace place)
    {
        if (_problems.Count == 0 || _problems[^1].Kind != TransactionProblemKind.TooMany)
        {
            _problems.Add(new TransactionProblem(TransactionProblemKind.TooMany, place, null, 0));
        }
    }

    private bool TryReserve(Transaction transaction, long bytes)
    {
        if (bytes > _maxPreparedBytes - _keptBytes)
        {
            return false;
        }

        _keptBytes += bytes;
        transaction.Cost += bytes;
        return true;
    }

    private void Release(Transaction transaction, long bytes)
    {
        _keptBytes -= bytes;
        transaction.Cost -= bytes;
    }
}
