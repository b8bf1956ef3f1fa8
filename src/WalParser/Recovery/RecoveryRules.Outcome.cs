using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Recovery;

/// <content>Stops, refusals, and the result.</content>
internal sealed partial class RecoveryRules
{
    private ulong _lastSequence;
    private bool _isInvisible;
    private RecoveryOutcome _outcome;
    private string? _reason;

    // A stop of point-in-time recovery: where it is, and whether data after it is lost or may be lost. What an earlier use of a recycled log
    // left at its end is such a stop only if data follows.
    private WalFile? _stoppedIn;
    private ulong _corruptedLog = WriteBatch.MaxSequence;
    private bool _hasLost;

    /// <inheritdoc/>
    public override bool IsRefused => _outcome != RecoveryOutcome.Opens;

    /// <summary>Whether recovery stopped and data after the stop is lost or may be lost.</summary>
    public bool IsStopped => _hasLost;

    /// <summary>The result so far.</summary>
    public RecoveryResult Result => new()
    {
        Mode = _mode,
        Release = _traits.Release,
        Outcome = _outcome,
        Reason = _reason,
        LastSequence = IsRefused ? null : _lastSequence + _inserter.Transactions.UnpreparedSections,
        IsStopped = _hasLost,
    };

    /// <inheritdoc/>
    public override void EndSet()
    {
        if (!IsRefused && _stoppedIn is not null && _families.FindAheadOf(_corruptedLog) is { } family)
        {
            Refuse(_stoppedIn.Name, null, _traits.TablesAheadOf(family.Name));
        }

        if (!IsRefused && _values.Fault is { } fault)
        {
            Refuse(null, null, fault);
        }

        if (!IsRefused && _options is not { AllowsTwoPhaseCommit: false } && _inserter.Transactions.FindFault() is { } left)
        {
            RefuseFor(left, null, null);
        }

        if (!IsRefused && _isInvisible)
        {
            Report(FindingKind.InvisibleReplay, _file!.Name, 0, string.Create(
                CultureInfo.InvariantCulture,
                $"what is replayed is not visible: after it comes the sequence number {WriteBatch.MaxSequence}, which RocksDB takes for "
                + $"none, so that the last sequence number stays {_lastSequence}"));
        }
    }

    /// <summary>
    /// Ends the log at an error or at old records (<c>DBImpl::HandleNonOkStatusOrOldLogRecord</c>).
    /// </summary>
    private void ProcessEndAtFault()
    {
        if (_fault is { IsNotSupported: true })
        {
            Refuse(_file!.Name, _fault.Offset, _fault.Reason);
        }
        else if (_mode == WalRecoveryMode.SkipAnyCorruptedRecords)
        {
            Report(FindingKind.WalNotReplayed, _file!.Name, _fault!.Offset, $"the rest is not replayed: {_fault.Reason}");
        }
        else if (_mode == WalRecoveryMode.PointInTimeRecovery)
        {
            Stop();
        }
        else
        {
            Refuse(_file!.Name, _fault!.Offset, _fault.Reason);
        }
    }

    private void Stop()
    {
        _stoppedIn = _file;
        _corruptedLog = _fault?.LogNumber ?? _file!.LogNumber ?? WriteBatch.MaxSequence;
        if (_fault is null or { IsStaleTail: true })
        {
            return;
        }

        _hasLost = true;
        string resumption = _hasReplayed
            ? string.Create(CultureInfo.InvariantCulture, $"it resumes only in a WAL that begins with sequence number {_next}")
            : "because nothing was replayed before, it does not resume";
        Report(FindingKind.RecoveryStopped, _file!.Name, _fault.Offset, $"recovery stops here: {_fault.Reason}; {resumption}");
    }

    /// <summary>Resumes after a stop, or reports that a WAL is not replayed.</summary>
    private bool TryResume(ulong sequence)
    {
        if (sequence != _next)
        {
            _hasLost = true;
            string expected = _hasReplayed ? _next.ToString(CultureInfo.InvariantCulture) : "anything was replayed";
            Report(FindingKind.WalNotReplayed, _file!.Name, 0, string.Create(
                CultureInfo.InvariantCulture,
                $"is not replayed: it begins with sequence number {sequence}, "
                + $"and recovery stopped in {_stoppedIn!.Name} before {expected}"));
            return false;
        }

        if (_hasLost)
        {
            Report(FindingKind.RecoveryResumed, _file!.Name, 0, string.Create(
                CultureInfo.InvariantCulture, $"continues with sequence number {sequence}, where recovery had stopped"));
        }

        _stoppedIn = null;
        _hasLost = false;
        return true;
    }

    /// <summary>
    /// Sets the last sequence number after a log. It stays if the next one is the greatest, which stands for none
    /// (<c>DBImpl::FinishLogFileProcessing</c>).
    /// </summary>
    private void SetLastSequence()
    {
        if (_next == WriteBatch.MaxSequence)
        {
            _isInvisible = _hasReplayed;
        }
        else if (_lastSequence <= _next - 1)
        {
            _lastSequence = _next - 1;
            _isInvisible = false;
        }
    }

    /// <summary>
    /// RocksDB does not open a database whose MANIFEST is incomplete or not named by <c>CURRENT</c>, or that lacks a WAL that it tracks.
    /// </summary>
    private bool PreventsOpening(Finding problem) => problem.Kind switch
    {
        FindingKind.MissingCurrent or FindingKind.DanglingCurrent or FindingKind.DamagedManifest => true,
        FindingKind.Unreadable =>
            problem.File == LiveManifest.CurrentName || problem.File == Path.GetFileName(_folder?.ManifestPath),
        FindingKind.MissingWal or FindingKind.WalShorterThanSynced => _options is not { VerifiesTrackedWals: false },
        _ => false,
    };

    private void RefuseFor(InsertFault fault, long offset) => RefuseFor(fault, offset, _file!.Name);

    private void RefuseFor(InsertFault fault, long? offset, string? file)
    {
        if (fault.Kind == InsertFaultKind.Crash)
        {
            End(RecoveryOutcome.Crashes, FindingKind.OpenCrashes, file, offset, fault.Reason, "RocksDB crashes here");
        }
        else
        {
            Refuse(file, offset, fault.Reason, fault.Detail);
        }
    }

    private void Loop(long offset, string reason) =>
        End(RecoveryOutcome.Loops, FindingKind.OpenLoops, _file!.Name, offset, reason, "RocksDB loops forever here");

    private void Refuse(string? file, long? offset, string reason, string? detail = null)
    {
        string whole = detail is null ? reason : $"{reason}, {detail}";
        End(RecoveryOutcome.Refuses, FindingKind.OpenRefused, file, offset, whole, "RocksDB does not open the database");
    }

    private void End(RecoveryOutcome outcome, FindingKind kind, string? file, long? offset, string reason, string consequence)
    {
        if (!IsRefused)
        {
            _outcome = outcome;
            string at = offset is null ? "" : string.Create(CultureInfo.InvariantCulture, $", offset {offset}");
            string place = file is null ? "" : file + at;
            _reason = place.Length == 0 ? reason : $"{place}: {reason}";
        }

        _hasLeftFile = true;
        Report(kind, file, offset ?? 0, $"{reason}; {consequence}");
    }

    private void Report(FindingKind kind, string? file, long offset, string message) =>
        Findings.Enqueue(new Finding { Kind = kind, File = file, Offset = offset, Reason = message });
}
