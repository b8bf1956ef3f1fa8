using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.WalSets;

namespace WalParser.Recovery;

/// <summary>
/// The rules that RocksDB applies when it opens a database (<c>DBImpl::RecoverLogFiles</c> in <c>db/db_impl/db_impl_open.cc</c>):
/// - WALs below the lowest number that is still needed are skipped;
/// - WALs in the archive are not read;
/// - damage: in two modes the database is not opened, in one mode nothing more is replayed, and in one mode the damage is ignored;
/// - a damaged batch under valid checksums: in every mode the database is not opened, because each batch is checked before RocksDB decides
///   whether to replay it (<c>WriteBatchInternal::UpdateProtectionInfo</c>, RocksDB 7.8 and later);
/// - in point-in-time recovery, records after a stop are replayed only from a WAL whose first batch continues exactly. Old records at the
///   end of a recycled log are such a stop, and the next WAL continues if its first batch does.
/// </summary>
internal sealed class RecoveryRules(WalRecoveryMode mode, DatabaseFolder? folder) : ReadingRules
{
    private readonly ManifestState? _manifest = folder?.Manifest;
    private readonly TimestampRules _timestamps = new(folder?.Manifest);
    private readonly ulong _minLogNumber = folder?.MinLogNumber ?? 0;
    private WalFile? _file;
    private WalFile? _stoppedIn;
    private bool _hasLost;
    private bool _isRefused;
    private bool _hasLeftFile;
    private ulong? _next;

    public WalRecoveryMode Mode => mode;

    public override bool IsRefused => _isRefused;

    /// <summary>
    /// Whether recovery stopped and data after the stop is lost or may be lost. Old records at the end of a log are such a stop only if
    /// data follows.
    /// </summary>
    public bool IsStopped => _hasLost;

    /// <summary>Whether the rest of the current WAL is skipped.</summary>
    public override bool HasLeftFile => _hasLeftFile;

    /// <summary>Refuses to begin if a finding about the folder prevents RocksDB from opening the database.</summary>
    public override void BeginSet()
    {
        foreach (Finding problem in folder?.Findings.Where(PreventsOpening) ?? [])
        {
            Refuse(problem.File!, problem.IsAboutFile ? problem.Reason : string.Create(
                CultureInfo.InvariantCulture, $"offset {problem.Offset}: {problem.Reason}"));
        }

        if (_manifest is null && !IsRefused)
        {
            Findings.Enqueue(new Finding
            {
                Kind = FindingKind.NoManifest,
                File = folder?.Path,
                Reason = "there is no MANIFEST, which says what is in table files already; everything in the logs is replayed here",
            });
        }
    }

    /// <summary>Begins a WAL. Returns false to skip it.</summary>
    public override bool BeginFile(WalFile file)
    {
        _file = file;
        _hasLeftFile = false;
        if (file.LogNumber < _minLogNumber)
        {
            Report(FindingKind.ObsoleteWal, file.Name, string.Create(
                CultureInfo.InvariantCulture, $"is not replayed: according to the MANIFEST, no log below {_minLogNumber} is needed"));
            return false;
        }

        if (file.IsArchived)
        {
            Report(FindingKind.WalNotReplayed, file.Name, "is not replayed: RocksDB does not read the archive");
            return false;
        }

        return !IsRefused;
    }

    /// <summary>Processes a record. Returns false if it is not replayed.</summary>
    public override bool ProcessRecord(in WalRecord record)
    {
        if (record.Payload.Length < WriteBatch.HeaderSize)
        {
            ProcessDamage(FindingTable.Of(FindingKind.BatchTooSmall).Reason, record.Offset);
            return false;
        }

        if (_timestamps.RefusalOf(record) is { } refusal)
        {
            Refuse(_file!.Name, string.Create(CultureInfo.InvariantCulture, $"offset {record.Offset}: {refusal}"));
            return false;
        }

        ulong sequence = new WriteBatch(record).Sequence;
        bool isTooLarge = sequence > WriteBatch.MaxSequence;
        bool isSkipped = mode == WalRecoveryMode.PointInTimeRecovery && _stoppedIn is not null && sequence != _next;
        if ((isTooLarge || isSkipped) && new WriteBatch(record).FindDamage() is { } corruption)
        {
            RefuseBatch(corruption, record.Offset);
            return false;
        }

        if (isTooLarge)
        {
            ProcessDamage(FindingTable.SequenceTooLarge(sequence), record.Offset);
            return false;
        }

        if (mode == WalRecoveryMode.PointInTimeRecovery && _stoppedIn is not null)
        {
            if (isSkipped)
            {
                _hasLost = true;
                string expected = _next?.ToString(CultureInfo.InvariantCulture) ?? "anything was replayed";
                Report(FindingKind.WalNotReplayed, _file!.Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"is not replayed: it begins with sequence number {sequence}, "
                    + $"and recovery stopped in {_stoppedIn.Name} before {expected}"));
                _hasLeftFile = true;
                return false;
            }

            if (_hasLost)
            {
                Report(FindingKind.RecoveryResumed, _file!.Name, string.Create(
                    CultureInfo.InvariantCulture, $"continues with sequence number {sequence}, where recovery had stopped"));
            }

            _stoppedIn = null;
            _hasLost = false;
        }

        return true;
    }

    /// <summary>Processes the result of checking the batch in a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="next">
    /// The sequence number that likely follows the batch. RocksDB does not know a transaction that was prepared in a WAL that it did not
    /// read, and assigns no sequence numbers at its commit.
    /// </param>
    /// <param name="corruption">The damage in the batch; null if there is none.</param>
    public override void ProcessBatch(in WalRecord record, ulong next, Finding? corruption)
    {
        _next = next;
        if (corruption is { } damage)
        {
            RefuseBatch(damage, record.Offset);
        }
    }

    /// <summary>Processes damage to the framing.</summary>
    public override void ProcessFinding(Finding finding)
    {
        if (finding.Kind == FindingKind.UnexpectedRecyclableRecord)
        {
            Refuse(_file!.Name, string.Create(
                CultureInfo.InvariantCulture,
                $"offset {finding.Offset}: {finding.Reason}, which RocksDB reads again without end"));
        }
        else if (!finding.IsBeyondRocksDb)
        {
            ProcessDamage(finding.Reason, finding.Offset);
        }
    }

    /// <summary>Processes an old record, which ends the log: it is not damage, but recovery stops.</summary>
    public override void ProcessOldRecord()
    {
        if (mode == WalRecoveryMode.PointInTimeRecovery)
        {
            _stoppedIn = _file;
        }
    }

    /// <summary>Processes a mismatch between the current WAL and its predecessor.</summary>
    public override void ProcessPredecessor(Finding problem)
    {
        if (mode != WalRecoveryMode.SkipAnyCorruptedRecords && _stoppedIn is null && folder?.Options is not { VerifiesPredecessors: false })
        {
            // The entry just before this one reports the mismatch in detail.
            ProcessDamage("it does not match its predecessor", 0);
        }
    }

    /// <summary>Processes a failure to read the current WAL.</summary>
    public override void ProcessFailure() => Refuse(_file!.Name, "it cannot be read");

    /// <summary>Ends the set.</summary>
    public override void EndSet()
    {
        if (IsRefused || _stoppedIn is null || _manifest is null)
        {
            return;
        }

        foreach (ManifestColumnFamily family in _manifest.ColumnFamilies)
        {
            if (!family.IsDropped && family.LogNumber > _stoppedIn.LogNumber && family.TableFiles.Count > 0)
            {
                Refuse(_stoppedIn.Name, $"SST file is ahead of WALs in CF {family.Name}");
                return;
            }
        }
    }

    /// <summary>Returns whether operations on a column family are replayed.</summary>
    public bool IsReplayed(uint columnFamily, WalFile file) =>
        _manifest is null
        || (_manifest.TryGetColumnFamily(columnFamily, out ManifestColumnFamily? family)
            && !family.IsDropped
            && !(file.LogNumber < family.LogNumber));

    /// <summary>
    /// RocksDB does not open a database whose MANIFEST is incomplete or not named by <c>CURRENT</c>, or that lacks a WAL that it tracks.
    /// </summary>
    private bool PreventsOpening(Finding problem) => problem.Kind switch
    {
        FindingKind.MissingCurrent or FindingKind.DanglingCurrent or FindingKind.DamagedManifest => true,
        FindingKind.Unreadable =>
            problem.File == LiveManifest.CurrentName || problem.File == Path.GetFileName(folder?.ManifestPath),
        FindingKind.MissingWal or FindingKind.WalShorterThanSynced => folder?.Options is not { VerifiesTrackedWals: false },
        _ => false,
    };

    private void ProcessDamage(string reason, long offset)
    {
        switch (mode)
        {
            case WalRecoveryMode.PointInTimeRecovery:
                _stoppedIn = _file;
                _hasLost = true;
                _hasLeftFile = true;
                string resumption = _next is { } next
                    ? string.Create(CultureInfo.InvariantCulture, $"it resumes only in a WAL that begins with sequence number {next}")
                    : "because nothing was replayed before, it does not resume";
                Report(FindingKind.RecoveryStopped, _file!.Name, string.Create(
                    CultureInfo.InvariantCulture, $"recovery stops at offset {offset}: {reason}; {resumption}"));
                break;
            case WalRecoveryMode.SkipAnyCorruptedRecords:
                break;
            default:
                Refuse(_file!.Name, string.Create(CultureInfo.InvariantCulture, $"offset {offset}: {reason}"));
                break;
        }
    }

    private void RefuseBatch(Finding corruption, long offset) =>
        Refuse(_file!.Name, string.Create(CultureInfo.InvariantCulture, $"offset {offset}: {corruption.Reason}"));

    private void Refuse(string file, string reason)
    {
        _isRefused = true;
        _hasLeftFile = true;
        Report(FindingKind.OpenRefused, file, $"{reason}; RocksDB does not open the database");
    }

    private void Report(FindingKind kind, string file, string message) =>
        Findings.Enqueue(new Finding { Kind = kind, File = file, Reason = message });
}
