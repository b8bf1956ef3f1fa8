using WalParser.Databases;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>Writes what recovery replays, log by log, and counts what it does not.</summary>
internal sealed class RecoverySalvager(RecoveryReader reader, SalvageFolder folder, LogBoundaries boundaries) : IDisposable
{
    private readonly List<SalvagedLog> _logs = [];
    private SalvageOutput? _output;

    // The log at hand: behind what was counted, how many fragments of records were read up to there, and the damage met since.
    private SalvagedLog? _log;
    private long _position;
    private long _fragments;
    private string? _damage;
    private string? _stale;

    public IReadOnlyList<SalvagedLog> Logs => _logs;

    /// <summary>Takes what was read.</summary>
    public void Take()
    {
        switch (reader.Kind)
        {
            case WalSetEntryKind.FileStart:
                End();
                Begin(reader.File);
                break;
            case WalSetEntryKind.Corruption when reader.Corruption.LooksStale:
                _stale ??= reader.Corruption.Reason;
                break;
            case WalSetEntryKind.Corruption:
                _damage ??= reader.Corruption.Reason;
                break;
            case WalSetEntryKind.OldRecord:
                _stale ??= "left over from an earlier life of the log";
                break;
            case WalSetEntryKind.Problem when reader.Problem.Kind == DatabaseProblemKind.Unreadable && reader.Problem.File == _log?.Source.Name:
                _log.Failure ??= reader.Problem.Message;
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
                Try(() => _output!.Finish(_log));
                break;
        }
    }

    /// <summary>The log at hand, if there is one, goes no further.</summary>
    public void End()
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

    private void Begin(WalFile file)
    {
        boundaries.Begin(file);
        _log = new SalvagedLog(file);
        _logs.Add(_log);
        _output = new SalvageOutput(folder, file.LogNumber ?? 0, wantsStale: false);
        (_position, _fragments, _damage, _stale) = (0, 0, null, null);
    }

    private void Write(in WalRecord record)
    {
        CountGap(record.Offset, record.FragmentCount);
        long bytes = record.EndOffset - _position;
        SalvageBatch batch = SalvageBatch.Of(record.Payload);
        if (batch.Error is { } error)
        {
            _log!.Add(new SalvageLoss(record.Offset, bytes, error));
        }
        else
        {
            _output!.Declare(record.TimestampSizes);
            _output.Write(record.Payload);
            boundaries.Take(record.Payload, record.Offset, record.TimestampSizes);
            _log!.Records++;
            _log.RecordBytes += bytes;
        }

        _position = _log.Size = record.EndOffset;
    }

    /// <summary>What lies between what was counted and <paramref name="end"/>.</summary>
    /// <param name="end">Where it ends.</param>
    /// <param name="fragmentsBehind">How many fragments behind that were read.</param>
    private void CountGap(long end, int fragmentsBehind)
    {
        long fragments = FragmentsOfRecords();
        long bytes = end - _position;
        if (bytes > 0)
        {
            bool isPassedOver = fragments - fragmentsBehind > _fragments;
            Count(bytes, _damage ?? _stale ?? (isPassedOver ? "not replayed" : null));
            _position = end;
        }

        _fragments = fragments;
        _damage = _stale = null;
    }

    private void Count(long bytes, string? loss)
    {
        if (loss is null)
        {
            _log!.OtherBytes += bytes;
        }
        else
        {
            _log!.Add(new SalvageLoss(_position, bytes, loss));
        }
    }

    /// <summary>What lies behind the last record.</summary>
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
            bool isPassedOver = FragmentsOfRecords() > _fragments;
            Count(bytes, _damage ?? reader.Log.End switch
            {
                null => "not replayed: recovery goes no further in this log",
                { Reason: WalEndReason.TruncatedHeader } => "truncated header",
                { Reason: WalEndReason.TruncatedBody } => "truncated record body",
                { Reason: WalEndReason.IncompleteRecord } => "the rest of the record is missing",
                { Reason: WalEndReason.CorruptedTail } => "checksum mismatch",
                _ => isPassedOver ? "not replayed" : null,
            });
        }
        else if (_damage is not null)
        {
            _log.Add(new SalvageLoss(_position, 0, _damage));
        }
    }

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
