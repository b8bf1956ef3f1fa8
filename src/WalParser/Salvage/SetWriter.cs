using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// Writes the records that are salvaged of the logs of a set, one log after the other. Records that would make RocksDB refuse the output
/// are left out, and written to logs of their own: those that break <see cref="BatchRules"/>, and those after which the next sequence
/// number is lower than before, with which RocksDB has opened no database since version 10.1
/// (<c>DBImpl::CheckSeqnoNotSetBackDuringRecovery</c>). Not thread-safe.
/// </summary>
internal sealed class SetWriter
{
    private readonly ulong? _minLogNumber;
    private readonly BatchRules _rules;
    private readonly WrittenBatch _batch = new();
    private readonly WrittenRecords _written = new();
    private readonly LogBoundaries _boundaries = new();
    private readonly HoleFinder _holes;
    private SalvagedLog? _log;
    private SalvageOutput? _output;
    private long _losses;

    // The lowest sequence number that may follow if each operation takes one, and if it is unknown how the database numbers. A record that
    // directly follows a batch of several operations shows the former, unless that batch was written although it contradicts it.
    private ulong _floorByOperation;
    private ulong _floorAtLeast;
    private ulong? _shows;
    private bool _isByOperation;

    // Whether RocksDB passes over the log.
    private bool _isPassedOver;

    // Whether there is content between the last record and the next one that is not known.
    private bool _isAfterUnknownContent;

    public SetWriter(WalSet set)
    {
        _minLogNumber = set.MinLogNumber;
        _rules = new BatchRules(set.Folder?.Manifest);
        _holes = new HoleFinder(_batch);
    }

    /// <summary>Begins the next log.</summary>
    public void Begin(SalvagedLog log, SalvageOutput output)
    {
        ProcessLosses();
        WalFile file = log.Source;
        bool isPassedOver = file.IsArchived || file.LogNumber < _minLogNumber;
        if (file.LogNumber is null || isPassedOver != _isPassedOver)
        {
            // Only logs that RocksDB reads together must follow each other. Logs without a number are in any order.
            _isPassedOver = isPassedOver;
            (_floorByOperation, _floorAtLeast) = (0, 0);
            _written.Clear();
        }

        _shows = null;

        if (file.LogNumber is null)
        {
            _holes.Restart();
        }

        _boundaries.Begin(file);
        (_log, _output, _losses) = (log, output, 0);
    }

    /// <summary>Processes content of the log after the last record that is neither lost nor known.</summary>
    public void ProcessUnknownContent() => _isAfterUnknownContent = true;

    /// <summary>Writes a record, or leaves it out, and counts it in the log.</summary>
    /// <param name="record">The record.</param>
    /// <param name="batch">The properties of its batch, which is undamaged.</param>
    /// <param name="offset">The offset of the record in the log.</param>
    /// <param name="bytes">The number of bytes of the log that count as the record.</param>
    /// <param name="timestampSizes">The timestamp sizes that the log declares before the record.</param>
    /// <returns>Whether the record was written.</returns>
    public bool Write(ReadOnlySpan<byte> record, in SalvageBatch batch, long offset, long bytes, TimestampSizes timestampSizes)
    {
        SalvagedLog log = _log!;
        bool checksOperations = batch.MayBeRefused || !timestampSizes.IsEmpty;
        if (_rules.RefusalOf(record, timestampSizes, checksOperations, batch.After) is { } refusal)
        {
            LeaveOut(record, new Finding
            {
                Kind = FindingKind.RefusedRecord,
                Offset = offset,
                Bytes = bytes,
                FirstSequence = batch.Sequence,
                Reason = refusal.Reason,
                Detail = refusal.Detail,
            });
            return false;
        }

        ulong sequence = batch.Sequence;
        bool isBehind = sequence < Math.Max(_floorByOperation, _floorAtLeast);
        _shows = ProcessLosses() ? null : _shows;
        _isByOperation |= sequence == _shows;
        if (isBehind)
        {
            _holes.Keep();
            _batch.Read(record, timestampSizes);
            bool isRepeated = _batch.Next > sequence && _written.Contains(record);
            if (isRepeated || (sequence < Floor && _batch.Next <= Floor))
            {
                LeaveOut(record, SetBack(offset, bytes, isRepeated));
                _batch.Undo();
                return false;
            }

            _boundaries.ProcessRecord(record, offset, timestampSizes);
        }
        else
        {
            bool isGap = _isAfterUnknownContent && _floorByOperation > 0 && sequence > _floorByOperation;
            if (_boundaries.ProcessRecord(record, offset, timestampSizes) is { Kind: FindingKind.SequenceGap } || isGap)
            {
                _holes.ProcessLoss();
            }

            _batch.Read(record, timestampSizes);
        }

        _isAfterUnknownContent = false;
        _output!.Write(record);
        _written.Add(record);
        _holes.ProcessRecord(log.Source, offset);
        _isByOperation = _batch.IsByOperation ?? _isByOperation;
        _shows = _batch.Next > _batch.LowestNext && _batch.Next >= _floorByOperation ? _batch.Next : null;
        _floorByOperation = Math.Max(_floorByOperation, _batch.Next);
        _floorAtLeast = Math.Max(_floorAtLeast, _batch.LowestNext);
        log.Records++;
        log.RecordBytes += bytes;
        return true;
    }

    /// <summary>Ends the set, and returns the report.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="findings">The findings about the set as a whole, or between its logs.</param>
    public SalvageReport End(IReadOnlyList<SalvagedLog> logs, IReadOnlyList<Finding> findings)
    {
        ProcessLosses();
        _holes.ProcessEnd();
        return new SalvageReport(logs, findings, _boundaries.SequenceFindings) { Holes = _holes.Holes, HoleCount = _holes.Count };
    }

    /// <summary>The lowest sequence number that may follow.</summary>
    private ulong Floor => _isByOperation ? _floorByOperation : _floorAtLeast;

    /// <summary>Processes the losses since the last record. Returns whether there are any.</summary>
    private bool ProcessLosses()
    {
        if (_log is null
            || (_log.LossCount == _losses && _log.Failure is null && _log.NotWritten is not { Severity: not FindingSeverity.Note }))
        {
            return false;
        }

        _losses = _log.LossCount;
        _holes.ProcessLoss();
        return true;
    }

    private void LeaveOut(ReadOnlySpan<byte> record, Finding finding)
    {
        if (finding.Kind != FindingKind.RepeatedRecord)
        {
            _output!.WriteLeftOut(record);
        }

        _log!.AddLeftOut(finding);
    }

    /// <summary>Returns the finding about the batch that was read last, which sets the sequence numbers back.</summary>
    private Finding SetBack(long offset, long bytes, bool isRepeated)
    {
        ulong last = Math.Max(_batch.Next, _batch.Sequence + 1) - 1;
        string numbers = last > _batch.Sequence ? $"numbers {_batch.Sequence} to {last} are" : $"number {_batch.Sequence} is";
        return new Finding
        {
            Kind = isRepeated ? FindingKind.RepeatedRecord : FindingKind.SetBackRecord,
            Offset = offset,
            Bytes = bytes,
            FirstSequence = _batch.Sequence,
            LastSequence = last,
            Reason = isRepeated ? null : $"sequence {numbers} set back: the records before it end at {Floor - 1}",
        };
    }
}
