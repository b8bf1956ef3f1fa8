using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Survey;

/// <summary>
/// Goes once over a log, reading and checking all that can be read. The mode is the one that reads on wherever it can and
/// leaves the judgement to <see cref="DamageJudge"/>.
/// </summary>
internal sealed class FileSurveyor
{
    private const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly WalInput _input;
    private readonly DamageJudge _judge = new(Mode);
    private readonly FamilyCounts _families = new();
    private SequenceNumbering _numbering;
    private long _records;
    private long _operations;
    private ulong? _firstSequence;
    private ulong? _lastSequence;
    private TailContent _tail;
    private long _fragmentsAtLastRecord;

    private FileSurveyor(WalInput input, SequenceNumbering numbering)
    {
        _input = input;
        _numbering = numbering;
    }

    /// <summary>Surveys a log.</summary>
    /// <param name="input">The log.</param>
    /// <param name="console">The console, for standard input.</param>
    /// <param name="folders">How the database numbers its operations, as far as earlier logs showed it.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<FileSurvey> SurveyAsync(
        WalInput input, ToolConsole console, FolderNumbering folders, ProgressLine progress, CancellationToken cancellationToken)
    {
        var surveyor = new FileSurveyor(input, folders[input]);
        await using WalReader reader = input.OpenReader(console, Mode);
        FileSurvey survey = await surveyor.ReadAsync(reader, progress, cancellationToken);
        folders[input] = surveyor._numbering;
        return survey;
    }

    private async Task<FileSurvey> ReadAsync(WalReader reader, ProgressLine progress, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    TakeRecord(reader.Record);
                    _fragmentsAtLastRecord = reader.FragmentCount;
                    break;
                case WalEntryKind.Corruption:
                    TakeCorruption(reader.Corruption);
                    break;
                case WalEntryKind.OldRecord:
                    _judge.TakeOldRecord(reader.OldRecord);
                    _tail |= reader.OldRecord.IsDamagedLive ? TailContent.Garbage : TailContent.None;
                    break;
            }

            progress.Report(reader.Position);
        }

        _judge.TakeEnd(reader);

        // In this mode the reader goes on to the end of the file whatever comes.
        return new FileSurvey
        {
            Input = _input,
            Size = reader.Position,
            CopyFormat = reader.CopyFormat,
            LogNumber = reader.LogNumber,
            IsRecycled = _judge.IsRecycled,
            Compression = reader.CompressionType,
            Predecessor = reader.Predecessor,
            TimestampSizes = reader.TimestampSizes,
            Fragments = FragmentsOf(reader),
            Records = _records,
            Operations = _operations,
            Families = _families,
            FirstSequence = _firstSequence,
            LastSequence = _lastSequence,
            Damages = _judge.Damages,
            StaleTailOffset = _judge.StaleTailOffset,
            LastRecordEnd = _judge.LastRecordEnd,
            Tail = TailOf(reader),
        };
    }

    private void TakeRecord(WalRecord record)
    {
        _judge.TakeRecord(record.EndOffset);
        _tail = TailContent.None;
        _records++;
        var batch = new WriteBatch(record) { Numbering = _numbering };
        bool isSequenceGood = batch.Sequence <= WriteBatch.MaxSequence;
        foreach (WriteBatchOperation operation in batch)
        {
            _operations++;
            if (operation.HasKey)
            {
                _families.Add(operation.ColumnFamily);
            }

            if (operation.HasKey && isSequenceGood)
            {
                _firstSequence = Math.Min(_firstSequence ?? ulong.MaxValue, operation.Sequence);
                _lastSequence = Math.Max(_lastSequence ?? 0, operation.Sequence);
            }
        }

        _numbering = batch.Numbering;
        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            _judge.TakeBatchDamage(damage);
        }
    }

    private void TakeCorruption(WalCorruption corruption)
    {
        _judge.TakeCorruption(corruption);
        _tail |= corruption.Kind switch
        {
            WalCorruptionKind.ErrorInMiddleOfRecord => TailContent.TornRecord,
            _ when corruption.LooksStale => TailContent.None,
            _ => TailContent.Garbage,
        };
    }

    private TailContent TailOf(WalReader reader)
    {
        if (reader.Position == _judge.LastRecordEnd)
        {
            return TailContent.None;
        }

        TailContent tail = _tail;
        if (_judge.StaleTailOffset is not null)
        {
            tail |= TailContent.OldRecords;
        }
        else if (reader.End!.Value.Reason is WalEndReason.TruncatedHeader or WalEndReason.TruncatedBody or WalEndReason.IncompleteRecord)
        {
            tail |= TailContent.TornRecord;
        }

        if (tail == TailContent.None)
        {
            // Nothing was said of what is there, so it is what readers pass over.
            tail = reader.FragmentCount > _fragmentsAtLastRecord ? TailContent.ControlRecords : TailContent.Zeros;
        }

        return tail;
    }

    private static List<(FragmentType Type, long Count)> FragmentsOf(WalReader reader)
    {
        List<(FragmentType Type, long Count)> fragments = [];
        for (int type = 0; type <= byte.MaxValue; type++)
        {
            long count = reader.CountOf((FragmentType)type);
            if (count > 0)
            {
                fragments.Add(((FragmentType)type, count));
            }
        }

        return fragments;
    }
}
