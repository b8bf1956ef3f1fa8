using System.Text;
using WalParser.Findings;
using WalParser.TestSupport.Logs;
using WalParser.Transactions;

namespace WalParser.Tests.Transactions;

/// <summary>
/// A model of a database. The test calls its methods as writers would; it writes the batches as RocksDB would, and records the operations
/// that take effect. It is independent of the code under test.
/// </summary>
internal sealed class History(TransactionPolicy policy)
{
    private readonly Dictionary<string, Pending> _pending = [];
    private readonly HashSet<string> _subBatch = [];
    private readonly BatchBuilder _builder = new();
    private ulong _sequence = 1;
    private ulong _recordSequence = 1;
    private bool _isOpen;
    private bool _hasUnprepared;
    private int _values;

    /// <summary>The records, each with one or more merged batches. The offset of a record is its index in the list.</summary>
    public List<byte[]> Records { get; } = [];

    /// <summary>The operations that take effect, in the form of <see cref="Assembled.Operations"/>.</summary>
    public List<string> Operations { get; } = [];

    public List<string> Transactions { get; } = [];

    public List<string> Findings { get; } = [];

    private bool IsWriteCommitted => policy == TransactionPolicy.WriteCommitted;

    /// <summary>Writes a batch without a transaction, as a transactional database writes it.</summary>
    public void Write(string keys)
    {
        _builder.Uncounted(0x0D);
        Change(keys, line => Operations.Add(line));
        if (!IsWriteCommitted)
        {
            _builder.Uncounted(0x0D);
            EndSubBatch(isForced: false);
        }
    }

    /// <summary>Writes a section. A write-unprepared transaction may have further sections.</summary>
    public void Prepare(string xid, string keys, bool isLast = true)
    {
        bool isContinued = _pending.TryGetValue(xid, out Pending? pending) && !pending.IsPrepared;
        if (pending is not null && !isContinued)
        {
            Transactions.Add(LineOf(xid, pending, TransactionOutcome.Lost, null, null));
            Findings.Add(nameof(FindingKind.TransactionPreparedTwice));
        }

        pending = isContinued ? pending! : _pending[xid] = new Pending { First = _sequence, Begin = Records.Count };
        pending.Sections++;
        pending.IsPrepared = isLast;
        _hasUnprepared |= !isLast;
        pending.IsUnprepared = _hasUnprepared;
        ulong before = _sequence;
        _builder.Uncounted((byte)(IsWriteCommitted ? 0x09 : isLast ? 0x12 : 0x13));
        Change(keys, pending.Changes.Add);
        _builder.Uncounted(0x0A, Encoding.UTF8.GetBytes(xid));
        if (IsWriteCommitted)
        {
            _sequence = before;
        }
        else
        {
            EndSubBatch(isForced: true);
        }
    }

    /// <summary>Writes a commit, with operations in the same batch.</summary>
    public void Commit(string xid, string keys)
    {
        Change(keys, line => Operations.Add(line));
        _builder.Uncounted(0x0B, Encoding.UTF8.GetBytes(xid));
        ulong commit = _sequence;
        if (_pending.Remove(xid, out Pending? pending))
        {
            if (IsWriteCommitted)
            {
                pending.Changes = [.. pending.Changes.Select(line => Renumber(line, pending.First, commit))];
                pending.First = commit;
                _sequence += (ulong)pending.Changes.Count;
            }

            Operations.AddRange(pending.Changes.Select(line => line.Replace(" - ", $" {xid} ", StringComparison.Ordinal)));
        }

        EndSubBatch(isForced: true);
        Transactions.Add(LineOf(xid, pending, TransactionOutcome.Committed, commit, Records.Count));
    }

    /// <summary>Writes a rollback. If the operations were written already, the batch contains operations that undo them.</summary>
    public void RollBack(string xid, string keys)
    {
        _pending.Remove(xid, out Pending? pending);
        if (!IsWriteCommitted)
        {
            Change(keys, _ => { });
        }

        _builder.Uncounted(0x0C, Encoding.UTF8.GetBytes(xid));
        EndSubBatch(isForced: true);
        Transactions.Add(LineOf(xid, pending, TransactionOutcome.RolledBack, null, Records.Count));
    }

    /// <summary>Ends a record. The batches since the last call are merged in it, as those of several writers are.</summary>
    public void EndRecord()
    {
        Records.Add(_builder.Build(_recordSequence).ToArray());
        _builder.Reset();
        _recordSequence = _sequence;
    }

    public void Finish() => Transactions.AddRange(_pending.OrderBy(pair => pair.Value.Ordinal).Select(pair => LineOf(
        pair.Key, pair.Value, pair.Value.IsPrepared ? TransactionOutcome.LeftPrepared : TransactionOutcome.LeftUnprepared, null, null)));

    private static string Renumber(string line, ulong from, ulong to)
    {
        string[] parts = line.Split(' ', 2);
        return $"{ulong.Parse(parts[0], null) - from + to} {parts[1]}";
    }

    /// <summary>Writes a put for each letter of <paramref name="keys"/>.</summary>
    private void Change(string keys, Action<string> add)
    {
        foreach (char key in keys)
        {
            string value = $"{++_values}";
            _builder.Put([(byte)key], Encoding.UTF8.GetBytes(value));
            if (!IsWriteCommitted && !_subBatch.Add($"{key}"))
            {
                _sequence++;
                _subBatch.Clear();
                _subBatch.Add($"{key}");
            }

            _isOpen = true;
            string hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value));
            add($"{_sequence} - {{\"op\":\"Put\",\"cf\":0,\"key\":\"{(int)key:x2}\",\"value\":\"{hex}\"}}");
            _sequence += IsWriteCommitted ? 1UL : 0;
        }
    }

    private void EndSubBatch(bool isForced)
    {
        _subBatch.Clear();
        _sequence += !IsWriteCommitted && (isForced || _isOpen) ? 1UL : 0;
        _isOpen = false;
    }

    private string LineOf(string xid, Pending? pending, TransactionOutcome outcome, ulong? commit, long? end) => Assembled.LineOf(
        xid,
        pending is null ? null
            : IsWriteCommitted ? TransactionPolicy.WriteCommitted
            : pending.IsUnprepared ? TransactionPolicy.WriteUnprepared
            : TransactionPolicy.WritePrepared,
        outcome,
        pending?.Sections ?? 0,
        pending?.Changes.Count ?? 0,
        pending?.First,
        commit,
        pending?.Begin,
        end);

    private sealed class Pending
    {
        private static long _ordinals;

        public long Ordinal { get; } = Interlocked.Increment(ref _ordinals);

        public required ulong First { get; set; }

        public required long Begin { get; init; }

        public int Sections { get; set; }

        public bool IsPrepared { get; set; }

        public bool IsUnprepared { get; set; }

        public List<string> Changes { get; set; } = [];
    }
}
