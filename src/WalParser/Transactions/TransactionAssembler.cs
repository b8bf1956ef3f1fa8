using System.Buffers.Binary;
using System.Globalization;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Transactions;

/// <summary>
/// Assembles the transactions of one database from the batches of its logs, which are supplied in order, and enumerates the operations that
/// took effect, in the order in which they did.
/// <code>
/// var batch = new WriteBatch(reader.Record);
/// foreach (CommittedOperation committed in assembler.Process(ref batch, reader.Record.Offset)) { … }
/// </code>
/// <para>
/// An operation outside a transaction is returned at its position. The operations of a transaction are returned at its commit: those of a
/// write-committed transaction with sequence numbers from that of the commit on and with the timestamp of the commit, those of a
/// write-prepared or write-unprepared transaction with the numbers that they had from the beginning. The operations of a transaction that
/// was rolled back, or that remains prepared, are not returned; nor are those with which the rollback of a write-prepared or
/// write-unprepared transaction undoes it, because no reader ever saw the changes that they revert
/// (<see cref="ReturnsRestoredValues"/>). Marks are not returned either; log
/// data is returned with the operations around it.
/// </para>
/// <para>
/// Prepared operations are copied and stored until the transaction ends, up to a limit. Misplaced marks are reported in
/// <see cref="Findings"/>; they do not cause an exception. A batch without transactions causes no allocation. An instance is not safe for
/// concurrent use by multiple threads.
/// </para>
/// </summary>
public sealed class TransactionAssembler
{
    /// <summary>The approximate memory, in bytes, that a transaction takes in addition to its operations and its name.</summary>
    private const int TransactionCost = 512;

    private const int SectionCost = 64;

    /// <summary>
    /// The maximum number of ended transactions, and of findings, that are listed per batch. Real batches stay far below it: RocksDB merges
    /// batches up to 1 MiB by default. A hostile batch of 1 GiB can have 500 million marks.
    /// </summary>
    private const int MaxListed = 1 << 18;

    private readonly long _maxPreparedBytes;
    private readonly bool _keepsOperations;
    private readonly NumberingTracker _numbering = new();
    private readonly Dictionary<byte[], Transaction> _prepared = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], Transaction>.AlternateLookup<ReadOnlySpan<byte>> _preparedByXid;
    private readonly List<Transaction> _ended = [];
    private readonly List<TransactionFinding> _problems = [];
    private long _keptBytes;
    private long _begun;
    private bool _isWriteUnprepared;

    /// <summary>Creates an assembler that has processed no batch.</summary>
    public TransactionAssembler(TransactionAssemblerOptions? options = null)
    {
        options ??= new TransactionAssemblerOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxPreparedBytes);
        _maxPreparedBytes = options.MaxPreparedBytes;
        _keepsOperations = options.KeepsOperations;
        _preparedByXid = _prepared.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>
    /// The name of the log whose batches are processed, for <see cref="TransactionPlace.File"/>. Set it before the first batch of a log.
    /// </summary>
    public string? File { get; set; }

    /// <summary>
    /// Whether the operations are returned with which the rollback of a write-prepared or write-unprepared transaction restores the values
    /// from before it. By default they are not, because those values are there already. RocksDB replays them on recovery; this shows where
    /// the log in which the values were written is lost.
    /// </summary>
    public bool ReturnsRestoredValues { get; init; }

    /// <summary>The way in which the database numbers its operations, as far as its batches have shown it.</summary>
    public SequenceNumbering Numbering => _numbering.Numbering;

    /// <summary>The transactions that ended with the last processed batch, in order. The list is refilled for each batch.</summary>
    public IReadOnlyList<Transaction> Ended => _ended;

    /// <summary>The findings in the last processed batch, in order. The list is refilled for each batch.</summary>
    public IReadOnlyList<TransactionFinding> Findings => _problems;

    /// <summary>The number of transactions that have begun and not ended.</summary>
    public int PreparedCount => _prepared.Count;

    /// <summary>The number of bytes that <see cref="TransactionAssemblerOptions.MaxPreparedBytes"/> limits.</summary>
    internal long KeptBytes => _keptBytes;

    internal WriteBatch.EnumerationResult SectionResult;

    /// <summary>
    /// Processes the next batch. The batch is processed when the enumeration of the result has ended; <c>foreach</c> ensures this, even if
    /// it is left early. At that time, <see cref="WriteBatch.Finding"/> of the batch is set.
    /// </summary>
    /// <param name="batch">The batch. Its numbering is set.</param>
    /// <param name="offset">The offset of the batch's record in the log, in bytes, for <see cref="TransactionPlace.Offset"/>.</param>
    public CommittedOperations Process(ref WriteBatch batch, long offset)
    {
        _ended.Clear();
        _problems.Clear();
        _numbering.Begin(ref batch);
        return new CommittedOperations(this, batch.GetEnumerator(), offset);
    }

    /// <summary>Processes the next batch without returning its operations.</summary>
    /// <inheritdoc cref="Process"/>
    public void Add(ref WriteBatch batch, long offset)
    {
        CommittedOperations.Enumerator operations = Process(ref batch, offset).GetEnumerator();
        operations.Dispose();
    }

    /// <summary>Returns a new list of the transactions that have begun and not ended, in the order in which they began.</summary>
    public IReadOnlyList<Transaction> ListPrepared() => [.. _prepared.Values.OrderBy(transaction => transaction.Ordinal)];

    internal void Report(FindingKind kind, TransactionPlace place, Transaction? transaction, long bytes)
    {
        if (_problems.Count < MaxListed - 1)
        {
            _problems.Add(Of(kind, place, transaction, bytes));
        }
        else
        {
            ReportTooMany(place);
        }
    }

    /// <summary>Adds a complete section to its transaction.</summary>
    internal void Prepare(
        ReadOnlySpan<byte> xid,
        BatchTag tag,
        ReadOnlySpan<byte> operations,
        TimestampSizes? timestampSizes,
        ulong sequence,
        uint count,
        int? timestampSize,
        TransactionPlace place)
    {
        if (_preparedByXid.TryGetValue(xid, out Transaction? transaction) && (transaction.IsPrepared || tag == BatchTag.BeginPrepareXid))
        {
            Report(FindingKind.TransactionPreparedTwice, place, transaction, 0);
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

        transaction.TimestampSize = timestampSize is null || transaction.TimestampSize is null || timestampSize == transaction.TimestampSize
            ? timestampSize ?? transaction.TimestampSize
            : Transaction.SeveralSizes;
        transaction.Sections++;
        transaction.Operations += count;
        transaction.Bytes += operations.Length;
        transaction.IsPrepared = tag != BatchTag.BeginUnprepareXid;
        transaction.Outcome = transaction.IsPrepared ? TransactionOutcome.LeftPrepared : TransactionOutcome.LeftUnprepared;
        _isWriteUnprepared = tag == BatchTag.BeginUnprepareXid || (_isWriteUnprepared && tag != BatchTag.BeginPrepareXid);
        transaction.Policy = tag == BatchTag.BeginPrepareXid ? TransactionPolicy.WriteCommitted
            : _isWriteUnprepared ? TransactionPolicy.WriteUnprepared
            : TransactionPolicy.WritePrepared;
        if (_keepsOperations || transaction.IsIncomplete)
        {
            Keep(transaction, operations, timestampSizes, sequence, count, place);
        }
    }

    /// <summary>Ends a transaction with a commit.</summary>
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
            ReadOnlyMemory<byte>? timestamp = transaction.CommitTimestamp;
            foreach ((byte[] batch, TimestampSizes? timestampSizes) in transaction.Kept)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(batch, mark.Sequence);
                Stamp(batch, timestampSizes, timestamp ?? default);
            }

            if (timestamp is not null && transaction.TimestampSize is { } size && size != timestamp.Value.Length)
            {
                Report(FindingKind.CommitTimestampSize, place, transaction, 0);
            }
        }

        SectionResult = new WriteBatch.EnumerationResult
        {
            Numbering = transaction.Policy == TransactionPolicy.WriteCommitted
                ? SequenceNumbering.PerOperation
                : SequenceNumbering.PerSubBatch,
            IsNumberingProven = true,
        };
        return transaction;
    }

    /// <summary>Ends a transaction with a rollback.</summary>
    internal void RollBack(ReadOnlySpan<byte> xid, TransactionPlace place) => End(xid, place, TransactionOutcome.RolledBack).Kept.Clear();

    /// <summary>Completes a batch after its enumeration.</summary>
    internal void End(in WriteBatch.Enumerator operations)
    {
        ref readonly WriteBatch.EnumerationResult result = ref operations.Result;
        if (result.Finding is not null)
        {
            _numbering.EndDamaged();
            return;
        }

        ReadOnlySpan<byte> payload = operations.Payload;
        bool hasOrphan = _ended.Exists(transaction => transaction.Begin is null);
        ulong nextByOperation = payload.Length < WriteBatch.HeaderSize
            ? 0
            : BinaryPrimitives.ReadUInt64LittleEndian(payload) + BinaryPrimitives.ReadUInt32LittleEndian(payload[sizeof(ulong)..]);
        _numbering.End(result.Numbering, result.IsNumberingProven, hasOrphan ? null : result.NextSequence, nextByOperation);
    }

    /// <summary>
    /// Writes the timestamp of the commit to the end of all keys that have one, as RocksDB does (<c>TimestampUpdater</c> in
    /// <c>db/write_batch_internal.h</c>). A key whose timestamp has another length is left unchanged.
    /// </summary>
    private static void Stamp(byte[] section, TimestampSizes? timestampSizes, ReadOnlyMemory<byte> timestamp)
    {
        var batch = new WriteBatch(section, timestampSizes) { IsNumberingProven = true };
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey)
            {
                Stamp(section, operation.Timestamp, timestamp.Span);
                Stamp(section, operation.EndTimestamp, timestamp.Span);
            }
        }
    }

    private static void Stamp(Span<byte> section, ReadOnlySpan<byte> place, ReadOnlySpan<byte> timestamp)
    {
        if (place.Length == timestamp.Length && section.Overlaps(place, out int offset))
        {
            timestamp.CopyTo(section[offset..]);
        }
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
            // An incomplete transaction is useless, so the stored sections are released.
            Report(FindingKind.TransactionTooLarge, place, transaction, operations.Length);
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
        if (_problems.Count == 0 || _problems[^1].Kind != FindingKind.TooManyTransactions)
        {
            _problems.Add(Of(FindingKind.TooManyTransactions, place, null, 0));
        }
    }

    private static TransactionFinding Of(FindingKind kind, TransactionPlace place, Transaction? transaction, long bytes) => new()
    {
        Kind = kind,
        File = place.File,
        Offset = place.Offset,
        Bytes = bytes,
        Reason = kind != FindingKind.TransactionTooLarge ? null : string.Create(
            CultureInfo.InvariantCulture, $"prepared transactions exceed the limit; {bytes:N0} bytes of operations are not kept"),
        Transaction = transaction,
    };

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
