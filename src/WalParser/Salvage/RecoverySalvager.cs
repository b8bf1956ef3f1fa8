using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Recovery;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>Writes the records that recovery replays, log by log, and counts the other bytes.</summary>
internal sealed class RecoverySalvager(RecoveryReader reader, SalvageFolder folder, SetWriter writer, RecycledLogs recycled) : IDisposable
{
    private static readonly Finding Unreplayed = new() { Kind = FindingKind.UnreplayedBytes };

    private readonly List<SalvagedLog> _logs = [];
    private SalvageOutput? _output;

    // The current log: the offset up to which bytes are counted, the number of fragments of records up to there, and the findings since
    // then.
    private SalvagedLog? _log;
    private OtherLogs _others = new();
    private long _position;
    private long _fragments;
    private Finding? _damage;
    private Finding? _stale;

    /// <summary>The logs so far.</summary>
    public IReadOnlyList<SalvagedLog> Logs => _logs;

    /// <summary>Processes the entry at which the reader is.</summary>
    public void ProcessEntry()
    {
        switch (reader.Kind)
        {
            case WalSetEntryKind.FileStart:
                EndLog();
                BeginLog(reader.File);
                break;
            case WalSetEntryKind.LogFinding when reader.Finding.LooksStale:
                _stale ??= reader.Finding;
                break;
            case WalSetEntryKind.LogFinding:
                _damage ??= reader.Finding;
                break;
            case WalSetEntryKind.OldRecord:
                if (reader.OldRecord is { IsIntact: true, LogNumber: var number })
                {
                    _others.Add(number, number > (uint?)_log!.Source.LogNumber);
                }

                _stale ??= new Finding { Kind = FindingKind.StaleRecord };
                break;
            case WalSetEntryKind.DatabaseFinding when reader.Finding.Kind == FindingKind.Unreadable
                && _log is not null && reader.Finding.File == _log.Source.Name:
                _log.Failure ??= reader.Finding.Reason;
                break;
            case WalSetEntryKind.Record when _log!.Failure is null:
                Try(() =>
                {
                    Write(reader.Record);
                    _output!.Flush();
                });
                break;
            case WalSetEntryKind.FileEnd when _log!.Failure is null:
                CountRest();
                _log.LeaveUnwritten(_log is { Records: 0, LossCount: 0 }
                    ? _others.FindingIn(recycled, hasDamage: false) ?? LogInspector.OnlyZerosIn(reader.Log)
                    : null);
                recycled.EndLog(_log.Source, hasRecords: _log.Records > 0);
                Try(() => _output!.Finish(_log));
                break;
        }
    }

    /// <summary>Ends the current log, if there is one.</summary>
    public void EndLog()
    {
        if (_log is { Failure: not null, OutputPath: null })
        {
            _output!.Keep(_log);
        }

        _log = null;
        _output?.Dispose();
        _output = null;
    }

    public void Dispose() => _output?.Dispose();

    private void BeginLog(WalFile file)
    {
        _log = new SalvagedLog(file);
        _logs.Add(_log);
        _output = new SalvageOutput(folder, file, wantsStale: false);
        _others = new OtherLogs();
        writer.Begin(_log, _output);
        (_position, _fragments, _damage, _stale) = (0, 0, null, null);
    }

    private void Write(in WalRecord record)
    {
        CountGap(record.Offset, record.FragmentCount);
        long bytes = record.EndOffset - _position;
        SalvageBatch batch = SalvageBatch.Of(record.Payload);
        if (batch.Damage is { } damage)
        {
            _log!.Add(damage with { Offset = record.Offset, Bytes = bytes });
        }
        else
        {
            _output!.Declare(record.TimestampSizes);
            writer.Write(record.Payload, batch, record.Offset, bytes, record.TimestampSizes);
        }

        _position = _log!.Size = record.EndOffset;
    }

    /// <summary>Counts the bytes between the counted bytes and a record.</summary>
    /// <param name="end">The offset of the record.</param>
    /// <param name="fragmentCount">The number of the record's fragments, which were already read.</param>
    private void CountGap(long end, int fragmentCount)
    {
        long fragments = FragmentsOfRecords();
        long bytes = end - _position;
        if (bytes > 0)
        {
            bool wasSkipped = fragments - fragmentCount > _fragments;
            Count(bytes, _damage ?? _stale ?? (wasSkipped ? Unreplayed : null));
            _position = end;
        }

        _fragments = fragments;
        _damage = _stale = null;
    }

    private void Count(long bytes, Finding? loss)
    {
        if (loss is null)
        {
            _log!.OtherBytes += bytes;
        }
        else
        {
            _log!.Add(At(_position, bytes, loss));
        }
    }

    /// <summary>Counts the bytes after the last record.</summary>
    private void CountRest()
    {
        _log!.Size = Math.Max(reader.Log.Position, _log.Source.IsUncompressed ? _log.Source.GetSize() ?? 0 : 0);
        long bytes = _log.Size - _position;
        if (_damage is null && (_stale is not null || reader.Log.End is { LooksStale: true }))
        {
            _log.StaleBytes = bytes;
        }
        else if (bytes > 0)
        {
            bool wasSkipped = FragmentsOfRecords() > _fragments;
            Count(bytes, _damage ?? reader.Log.End switch
            {
                null => new Finding { Kind = FindingKind.UnreplayedBytes, Reason = "not replayed: recovery goes no further in this log" },
                { Reason: WalEndReason.TruncatedHeader } => new Finding { Kind = FindingKind.TruncatedHeader },
                { Reason: WalEndReason.TruncatedBody } => new Finding { Kind = FindingKind.TruncatedBody },
                { Reason: WalEndReason.IncompleteRecord } => new Finding { Kind = FindingKind.MissingRestOfRecord },
                { Reason: WalEndReason.CorruptedTail } => new Finding { Kind = FindingKind.ChecksumMismatch },
                _ => wasSkipped ? Unreplayed : null,
            });
        }
        else if (_damage is not null)
        {
            _log.Add(At(_position, 0, _damage));
        }
    }

    /// <summary>Returns a finding for a range of bytes that are lost for the reason of another finding.</summary>
    private static Finding At(long offset, long bytes, Finding finding) =>
        finding with { File = null, Offset = offset, Bytes = bytes, Detail = null, LooksStale = false };

    private long FragmentsOfRecords()
    {
        long count = 0;
        for (FragmentType type = FragmentType.Full; type <= FragmentType.RecyclableLast; type++)
        {
            count += reader.Log.CountOf(type);
        }

        return count;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log!.Failure = e.Message;
        }
    }
}
