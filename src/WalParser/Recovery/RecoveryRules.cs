using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.WalSets;

namespace WalParser.Recovery;

/// <summary>
/// What RocksDB makes of what it reads when it opens a database (<c>DBImpl::RecoverLogFiles</c> in <c>db/db_impl/db_impl_open.cc</c>):
/// - WALs below the lowest number that is still needed are passed over;
/// - WALs in the archive are not looked at;
/// - damage: two modes give the opening up, one replays nothing more, one pays no heed to it;
/// - a batch that is damaged under good checksums: every mode gives the opening up, as each batch is gone through before it is asked whether it is
///   replayed (<c>WriteBatchInternal::UpdateProtectionInfo</c>, RocksDB 7.8 and later);
/// - in point-in-time recovery, what follows a stop is replayed only from a WAL whose first batch continues exactly. Old records at a recycled
///   log's end are such a stop, and the next WAL's first batch is then what continues.
/// </summary>
internal sealed class RecoveryRules(WalRecoveryMode mode, DatabaseFolder? folder) : ReadingRules
{
    private readonly ManifestState? _manifest = folder?.Manifest;
    private readonly ulong _minLogNumber = folder?.MinLogNumber ?? 0;
    private WalFile? _file;
    private WalFile? _stoppedIn;
    private bool _hasLost;
    private bool _isRefused;
    private bool _hasLeftFile;
    private ulong? _next;

    public WalRecoveryMode Mode => mode;

    public override bool IsRefused => _isRefused;

    /// <summary>Whether recovery stopped, and what follows or may follow is lost. Old records at a log's end are such a stop only if something follows.</summary>
    public bool IsStopped => _hasLost;

    /// <summary>Whether the rest of the WAL that is being read is passed over.</summary>
    public override bool HasLeftFile => _hasLeftFile;

    /// <summary>What is wrong with the folder may be a reason not to begin.</summary>
    public override void BeginSet()
    {
        foreach (Finding problem in folder?.Problems.Where(PreventsOpening) ?? [])
        {
            Refuse(problem.File!, problem.Reason);
        }
    }

    /// <summary>A WAL comes next; false to pass it over.</summary>
    public override bool BeginFile(WalFile file)
    {
        _file = file;
        _hasLeftFile = false;
        if (file.LogNumber < _minLogNumber)
        {
            Report(FindingKind.ObsoleteWal, file.Name, string.Create(
                CultureInfo.InvariantCulture, $"is not replayed: by the MANIFEST, nothing below log {_minLogNumber} is needed"));
            return false;
        }

        if (file.IsArchived)
        {
            Report(FindingKind.WalNotReplayed, file.Name, "is not replayed: RocksDB does not look into the archive");
            return false;
        }

        return !IsRefused;
    }

    /// <summary>A record was read; false if it is not replayed.</summary>
    public override bool ProcessRecord(in WalRecord record)
    {
        if (record.Payload.Length < WriteBatch.HeaderSize)
        {
            ProcessDamage("log record too small", record.Offset);
            return false;
        }

        ulong sequence = new WriteBatch(record).Sequence;
        bool isTooLarge = sequence > WriteBatch.MaxSequence;
        bool isPassedOver = mode == WalRecoveryMode.PointInTimeRecovery && _stoppedIn is not null && sequence != _next;
        if ((isTooLarge || isPassedOver) && new WriteBatch(record).FindCorruption() is { } corruption)
        {
            RefuseBatch(corruption, record.Offset);
            return false;
        }

        if (isTooLarge)
        {
            ProcessDamage(string.Create(CultureInfo.InvariantCulture, $"sequence {sequence} is too large"), record.Offset);
            return false;
        }

        if (mode == WalRecoveryMode.PointInTimeRecovery && _stoppedIn is not null)
        {
            if (isPassedOver)
            {
                _hasLost = true;
                Report(FindingKind.WalNotReplayed, _file!.Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"is not replayed: it begins with sequence number {sequence}, and recovery stopped in {_stoppedIn.Name} before {_next?.ToString(CultureInfo.InvariantCulture) ?? "anything was replayed"}"));
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

    /// <summary>The record's batch was gone through.</summary>
    /// <param name="record">The record.</param>
    /// <param name="next">
    /// The sequence number that is likely behind it: RocksDB knows no transaction that was prepared in a WAL it did not read, and takes no numbers for its commit.
    /// </param>
    /// <param name="corruption">The damage in it.</param>
    public override void ProcessBatch(in WalRecord record, ulong next, Finding? corruption)
    {
        _next = next;
        if (corruption is { } damage)
        {
            RefuseBatch(damage, record.Offset);
        }
    }

    /// <summary>Damage was met.</summary>
    public override void ProcessCorruption(Finding corruption)
    {
        if (corruption.Kind == FindingKind.UnexpectedRecyclableRecord)
        {
            Refuse(_file!.Name, string.Create(CultureInfo.InvariantCulture, $"offset {corruption.Offset}: {corruption.Reason}, which RocksDB reads again without end"));
        }
        else if (!corruption.IsBeyondRocksDb)
        {
            ProcessDamage(corruption.Reason, corruption.Offset);
        }
    }

    /// <summary>An old record ends the log: no damage, but a stop.</summary>
    public override void ProcessOldRecord()
    {
        if (mode == WalRecoveryMode.PointInTimeRecovery)
        {
            _stoppedIn = _file;
        }
    }

    /// <summary>The WAL does not fit to the one before it.</summary>
    public override void ProcessPredecessor(Finding problem)
    {
        if (mode != WalRecoveryMode.SkipAnyCorruptedRecords && _stoppedIn is null && folder?.Options is not { VerifiesPredecessors: false })
        {
            // What is wrong is told already, just before.
            ProcessDamage("it does not fit to its predecessor", 0);
        }
    }

    /// <summary>The WAL could not be read.</summary>
    public override void ProcessFailure() => Refuse(_file!.Name, "it cannot be read");

    /// <summary>There are no more WALs.</summary>
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

    /// <summary>Whether operations on a column family are replayed.</summary>
    public bool IsReplayed(uint columnFamily, WalFile file) =>
        _manifest is null
        || (_manifest.TryGetColumnFamily(columnFamily, out ManifestColumnFamily? family) && !family.IsDropped && !(file.LogNumber < family.LogNumber));

    /// <summary>RocksDB opens no database without its MANIFEST, whole and named by <c>CURRENT</c>, or without a WAL that it tracks.</summary>
    private bool PreventsOpening(Finding problem) => problem.Kind switch
    {
        FindingKind.MissingCurrent or FindingKind.DanglingCurrent or FindingKind.DamagedManifest => true,
        FindingKind.Unreadable => problem.File == LiveManifest.CurrentName || problem.File == Path.GetFileName(folder?.ManifestPath),
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
                    : "as nothing was replayed before, it does not resume";
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
        Problems.Enqueue(new Finding { Kind = kind, File = file, Reason = message });
}
