using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Recovery;

/// <summary>
/// The rules that RocksDB applies when it opens a database (<c>DBImpl::Recover</c> and <c>DBImpl::ProcessLogFiles</c> in
/// <c>db/db_impl/db_impl_open.cc</c>):
/// - WALs below the lowest number that is still needed are skipped, and WALs in the archive are not read;
/// - damage: in two modes the database is not opened, in one mode nothing more is replayed, and in one mode the damage is ignored, as in
///   every mode with <c>paranoid_checks=false</c>;
/// - after damage, the reader first goes on to the next whole record or the end of the log, and can meet what it reads without end;
/// - a damaged batch under valid checksums: in every mode the database is not opened, because each batch is checked before RocksDB decides
///   whether to replay it;
/// - in point-in-time recovery, records after a stop are replayed only from a WAL whose first batch continues exactly. Old records at the
///   end of a recycled log are such a stop, and the next WAL continues if its first batch does;
/// - sequence numbers that are set back refuse in every mode.
/// </summary>
internal sealed partial class RecoveryRules : ReadingRules, IReaderObserver
{
    private readonly WalRecoveryMode _mode;
    private readonly DatabaseFolder? _folder;
    private readonly DatabaseOptions? _options;
    private readonly RecoveryTraits _traits;
    private readonly RecoveredFamilies _families;
    private readonly FlushedValues _values;
    private readonly MemtableInserter _inserter;
    private readonly PredecessorVerifier _predecessors;
    private readonly TimestampRules _timestamps;

    // The number after those that were replayed; the greatest one if nothing was replayed (DBImpl::Recover).
    private ulong _next = WriteBatch.MaxSequence;
    private bool _hasReplayed;

    // The log that is being read.
    private WalFile? _file;
    private LogFault? _fault;
    private bool _hasOldRecord;
    private bool _hasLeftFile;
    private bool _wasStopped;
    private ulong _nextAtStart;
    private ulong _lastBatch;
    private ReplayLimit? _limit;

    public RecoveryRules(WalRecoveryMode mode, DatabaseFolder? folder, RocksDbRelease release)
    {
        _mode = mode;
        _folder = folder;
        _options = folder?.Options;
        _traits = new RecoveryTraits(release);
        _families = new RecoveredFamilies(folder);
        _values = new FlushedValues(_options, _traits);
        _inserter = new MemtableInserter(_families, _options is not { AllowsTwoPhaseCommit: false }, _values);
        _timestamps = new TimestampRules(folder?.Manifest);
        _predecessors = new PredecessorVerifier(folder?.MinLogNumber);
        _lastSequence = folder?.Manifest?.LastSequence ?? 0;
        Emulation = new ReaderEmulation(_traits.Reading, this);
    }

    /// <summary>The recovery mode.</summary>
    public WalRecoveryMode Mode => _mode;

    /// <summary>Makes a reader of a log read as RocksDB does, and report to these rules.</summary>
    public ReaderEmulation Emulation { get; }

    /// <summary>Whether the rest of the current WAL is skipped.</summary>
    public override bool HasLeftFile => _hasLeftFile;

    /// <inheritdoc/>
    public override ReplayLimit? Limit => _limit;

    // Then RocksDB has no status to which an error is reported (DBImpl::InitializeLogReader).
    private bool IgnoresDamage => _mode == WalRecoveryMode.SkipAnyCorruptedRecords || IgnoresAllErrors;

    private bool IgnoresAllErrors => _options is { IsParanoid: false };

    /// <summary>Refuses to begin if the files of the database prevent RocksDB from opening it.</summary>
    public override void BeginSet()
    {
        foreach (Finding problem in _folder?.Findings.Where(PreventsOpening) ?? [])
        {
            Refuse(problem.File, problem.IsAboutFile ? null : problem.Offset, problem.Reason);
        }

        if (_traits.VerifiesPredecessors
            && _options is { RequiresWal: true }
            && _folder!.Manifest is not null
            && !_folder.Wals.Any(wal => !wal.IsArchived || wal.LiveCopy is not null))
        {
            Refuse(null, null, "Opening an existing DB with no WAL files");
        }

        if (_folder?.Manifest is null && !IsRefused)
        {
            Report(
                FindingKind.NoManifest,
                _folder?.Path,
                0,
                "there is no MANIFEST, which says what is in table files already; everything in the logs is replayed here");
        }
    }

    /// <summary>Begins a WAL. Returns false to skip it.</summary>
    public override bool BeginFile(WalFile file)
    {
        _file = file;
        _fault = null;
        _hasOldRecord = false;
        _hasLeftFile = false;
        _lastBatch = 0;
        _limit = null;
        _wasStopped = _stoppedIn is not null;
        _nextAtStart = _next;
        ulong minLogNumber = _folder?.MinLogNumber ?? 0;
        if (file.LogNumber < minLogNumber)
        {
            Report(FindingKind.ObsoleteWal, file.Name, 0, string.Create(
                CultureInfo.InvariantCulture, $"is not replayed: according to the MANIFEST, no log below {minLogNumber} is needed"));
            return false;
        }

        if (file.IsArchived)
        {
            Report(FindingKind.WalNotReplayed, file.Name, 0, "is not replayed: RocksDB does not read the archive");
            return false;
        }

        return !IsRefused;
    }

    /// <summary>Processes a record. Returns false if it is not replayed.</summary>
    public override bool ProcessRecord(in WalRecord record)
    {
        _limit = null;
        if (_fault is not null)
        {
            DenyStaleTail();
            LeaveFile();
            return false;
        }

        if (record.Payload.Length < WriteBatch.HeaderSize)
        {
            DropRecord(new Finding { Kind = FindingKind.BatchTooSmall, Offset = record.Offset, Bytes = record.Payload.Length });
            return false;
        }

        bool isRewritten = false;
        if (_traits.ComparesTimestamps && _timestamps.RefusalOf(record, out isRewritten) is { } refusal)
        {
            Refuse(_file!.Name, record.Offset, refusal);
            return false;
        }

        var batch = new WriteBatch(record);
        if (BatchFault.Of(batch, _traits) is { } unsound)
        {
            RefuseFor(unsound, record.Offset);
            return _stoppedIn is null;
        }

        // The hash is that of the record; a batch that was written anew has another (DBImpl::ProcessLogRecord).
        if (record.HasStaleHash && !isRewritten)
        {
            Refuse(_file!.Name, record.Offset, "Write batch content corrupted.");
            return false;
        }

        _lastBatch = batch.Sequence;
        if (batch.Sequence > WriteBatch.MaxSequence && _traits.LimitsSequence)
        {
            DropRecord(FindingTable.SequenceTooLargeAt(batch.Sequence, record.Offset, record.Payload.Length));
            return false;
        }

        if (_stoppedIn is not null && !TryResume(batch.Sequence))
        {
            LeaveFile();
            return false;
        }

        Insert(ref batch, record);
        return true;
    }

    /// <summary>Processes damage to the framing.</summary>
    public override void ProcessFinding(Finding finding)
    {
        if (finding.Kind == FindingKind.UnexpectedRecyclableRecord)
        {
            Loop(finding.Offset, finding.Reason);
        }
        else if (!finding.IsBeyondRocksDb)
        {
            ProcessFault(finding.Reason, finding.Offset, finding.LooksStale);
        }
    }

    /// <summary>Processes an old record, which ends the log unless corrupted records are skipped. It is not damage.</summary>
    public override void ProcessOldRecord(OldRecord old)
    {
        if (_mode == WalRecoveryMode.SkipAnyCorruptedRecords && _traits.Reading.KeepsOldRecords)
        {
            Loop(old.Offset, "an old record, which is not consumed");
        }

        if (old.IsDamagedLive)
        {
            DenyStaleTail();
        }

        _hasOldRecord |= _mode == WalRecoveryMode.PointInTimeRecovery && _traits.StopsAtOldRecords;
    }

    /// <summary>Processes a failure to read the current WAL.</summary>
    public override void ProcessFailure() => Refuse(_file!.Name, null, "it cannot be read");

    /// <inheritdoc/>
    public override void EndFile()
    {
        if (!_hasLeftFile)
        {
            LeaveFile();
        }
    }

    /// <summary>Returns whether operations on a column family are replayed.</summary>
    public bool IsReplayed(uint columnFamily, WalFile file) => _families.StateOf(columnFamily, file.LogNumber) == FamilyState.Inserted;

    private void Insert(ref WriteBatch batch, in WalRecord record)
    {
        ulong previous = _next;
        InsertResult inserted = _inserter.Insert(ref batch, record.TimestampSizes, _file!.LogNumber);
        _next = inserted.Next;
        _hasReplayed = true;
        if (inserted.Fault is { } fault)
        {
            _limit = new ReplayLimit(inserted.FaultOffset, new Finding
            {
                Kind = fault.Finding,
                Reason = fault.Reason,
                Detail = fault.Detail,
                Offset = inserted.FaultOffset,
                Bytes = record.Payload.Length - inserted.FaultOffset,
            });
            ProcessFailedInsert(fault, record.Offset);
        }

        if (!IsRefused)
        {
            CheckNotSetBack(previous, record.Offset);
        }
    }

    private void ProcessFailedInsert(InsertFault fault, long offset)
    {
        bool isNotSupported = fault.Kind == InsertFaultKind.NotSupported;
        if (fault.Kind == InsertFaultKind.Crash)
        {
            RefuseFor(fault, offset);
        }
        else if (!IgnoresDamage || (_traits.FailedInsertEndsLog && !IgnoresAllErrors))
        {
            _fault ??= new LogFault(fault.Reason, offset, isNotSupported);
        }
    }

    /// <summary>
    /// Refuses sequence numbers that are set back. The greatest number stands for none (<c>CheckSeqnoNotSetBackDuringRecovery</c>).
    /// </summary>
    private void CheckNotSetBack(ulong previous, long offset)
    {
        if (_traits.ChecksSetBack && previous != WriteBatch.MaxSequence && previous > _next)
        {
            Refuse(_file!.Name, offset, string.Create(
                CultureInfo.InvariantCulture,
                $"Sequence number is being set backwards during recovery, this is likely a software bug or a data corruption. "
                + $"Prev next seqno: {previous} , current next seqno: {_next}"));
        }
    }

    void IReaderObserver.ProcessCollision(FragmentType type, FragmentReader.Outcome outcome, long offset) =>
        Report(FindingKind.CollidingRecordType, _file!.Name, offset, FindingTable.CollidingRecordType((byte)type, FragmentReader.NameOf(outcome)));

    void IReaderObserver.ProcessPredecessor(PredecessorWalInfo recorded, long offset)
    {
        if (_traits.VerifiesPredecessors
            && !IgnoresDamage
            && !_wasStopped
            && _options is not { VerifiesPredecessors: false }
            && _predecessors.FindMismatch(recorded, _file!) is { } mismatch)
        {
            _fault ??= new LogFault(mismatch, offset, LogNumber: _traits.NamesPredecessor ? recorded.LogNumber : null);
        }
    }

    private void ProcessFault(string reason, long offset, bool looksStale = false)
    {
        if (!looksStale)
        {
            DenyStaleTail();
        }

        if (!IgnoresDamage)
        {
            _fault ??= new LogFault(reason, offset, IsStaleTail: looksStale);
        }
    }

    /// <summary>Processes what belongs to this log: what looked stale before it is damage.</summary>
    private void DenyStaleTail() => _fault = _fault is { IsStaleTail: true } ? _fault with { IsStaleTail = false } : _fault;

    /// <summary>Drops a record that is damaged. It is reported where the damage does not end recovery.</summary>
    private void DropRecord(Finding damage)
    {
        ProcessFault(damage.Reason, damage.Offset);
        if (IgnoresDamage)
        {
            Findings.Enqueue(damage with { File = _file!.Name });
        }
    }

    /// <summary>Ends the log, at its end or before.</summary>
    private void LeaveFile()
    {
        _hasLeftFile = true;
        if (_fault is null)
        {
            _predecessors.EndLog(_file!, _lastBatch);
        }

        if (_fault is not null || _hasOldRecord)
        {
            ProcessEndAtFault();
        }

        if (!IsRefused)
        {
            SetLastSequence();
            CheckNotSetBack(_nextAtStart, 0);
        }
    }
}
