using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.Survey;

/// <summary>
/// Goes once over a log, reading and checking all that can be read. The mode is the one that reads on wherever it can and
/// leaves the judgement to <see cref="DamageJudge"/>.
/// </summary>
internal sealed class FileSurveyor
{
    /// <summary>The mode that it wants its log read in.</summary>
    public const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly WalInput _input;
    private readonly FamilyNames _familyNames;
    private readonly DamageJudge _judge = new(Mode);
    private readonly FamilyCounts _families = new();
    private long _records;
    private long _operations;
    private ulong? _firstSequence;
    private ulong? _lastSequence;
    private TailContent _tail;
    private long _fragmentsAtLastRecord;

    /// <param name="input">The log.</param>
    /// <param name="familyNames">The names of its column families, where they are known.</param>
    public FileSurveyor(WalInput input, FamilyNames familyNames)
    {
        _input = input;
        _familyNames = familyNames;
    }

    /// <summary>Takes a record, a corruption or an old record.</summary>
    public void Take(WalSetReader reader)
    {
        switch (reader.Kind)
        {
            case WalSetEntryKind.Record:
                TakeRecord(reader.Record, reader.Batch);
                _fragmentsAtLastRecord = reader.Log.FragmentCount;
                break;
            case WalSetEntryKind.Corruption:
                TakeCorruption(reader.Corruption);
                break;
            case WalSetEntryKind.OldRecord:
                _judge.TakeOldRecord(reader.OldRecord);
                _tail |= reader.OldRecord.IsDamagedLive ? TailContent.Garbage : TailContent.None;
                break;
        }
    }

    /// <summary>The log is at its end.</summary>
    public FileSurvey End(WalReader reader)
    {
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
            FamilyNames = _familyNames,
            FirstSequence = _firstSequence,
            LastSequence = _lastSequence,
            Damages = _judge.Damages,
            StaleTailOffset = _judge.StaleTailOffset,
            LastRecordEnd = _judge.LastRecordEnd,
            Tail = TailOf(reader),
        };
    }

    private void TakeRecord(in WalRecord record, WriteBatch batch)
    {
        _judge.TakeRecord(record.EndOffset);
        _tail = TailContent.None;
        _records++;
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

        if (BatchDamage.TryFind(record, batch.Corruption, out Damage damage))
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
