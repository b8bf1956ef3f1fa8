using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Summarizes one log of a set while the set is read in the mode <see cref="Mode"/>, in which the reader continues wherever it can.
/// </summary>
/// <param name="fileName">The name of the log.</param>
/// <param name="inspector">The inspector of the set, which is given each entry before this.</param>
internal sealed class LogSummarizer(WalSetInspector inspector, string fileName)
{
    /// <summary>The recovery mode in which the log must be read.</summary>
    public const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly ColumnFamilyCounts _columnFamilies = new();
    private long _records;
    private long _operations;
    private ulong? _firstSequence;
    private ulong? _lastSequence;
    private TailContent _tail;
    private long _fragmentsAtLastRecord;

    /// <summary>Processes a record, damage or an old record.</summary>
    public void Process(WalSetReader reader)
    {
        switch (reader.Kind)
        {
            case WalSetEntryKind.Record:
                ProcessRecord(reader.Record, reader.Batch);
                _fragmentsAtLastRecord = reader.Log.FragmentCount;
                break;
            case WalSetEntryKind.LogFinding:
                ProcessFinding(reader.Finding);
                break;
            case WalSetEntryKind.OldRecord:
                _tail |= reader.OldRecord switch
                {
                    { IsDamagedLive: false } => TailContent.None,
                    { IsIntact: true } => TailContent.RecordsOfLaterLog,
                    _ => TailContent.Garbage,
                };
                break;
        }
    }

    /// <summary>The name of the log.</summary>
    public string FileName => fileName;

    /// <summary>The findings about the log.</summary>
    public FindingList Findings { get; } = new();

    /// <summary>Ends the log, and returns the result.</summary>
    public LogInspection End(WalSetReader set)
    {
        WalReader reader = set.Log;

        // In this mode the reader always continues to the end of the file, so its position is the size.
        return new LogInspection
        {
            File = set.File,
            Size = reader.Position,
            CopyFormat = reader.CopyFormat,
            LogNumber = reader.LogNumber,
            IsRecycled = inspector.Log.IsRecycled,
            Compression = reader.CompressionType,
            Predecessor = reader.Predecessor,
            TimestampSizes = reader.TimestampSizes,
            Fragments = FragmentsOf(reader),
            Records = _records,
            Operations = _operations,
            ColumnFamilies = _columnFamilies,
            FirstSequence = _firstSequence,
            LastSequence = _lastSequence,
            Findings = Findings,
            StaleTailOffset = inspector.Log.StaleTailOffset,
            LastRecordEnd = inspector.Log.LastRecordEnd,
            Tail = TailOf(reader),
        };
    }

    private void ProcessRecord(in WalRecord record, WriteBatch batch)
    {
        _tail = TailContent.None;
        _records++;

        // The numbers of a damaged batch are not believed.
        bool isSequenceGood = batch.Finding is null && batch.Sequence <= WriteBatch.MaxSequence;
        foreach (WriteBatchOperation operation in batch)
        {
            _operations++;
            if (operation.HasKey)
            {
                _columnFamilies.Add(operation.ColumnFamily);
            }

            if (operation.HasKey && isSequenceGood)
            {
                _firstSequence = Math.Min(_firstSequence ?? ulong.MaxValue, operation.Sequence);
                _lastSequence = Math.Max(_lastSequence ?? 0, operation.Sequence);
            }
        }
    }

    private void ProcessFinding(Finding finding)
    {
        _tail |= finding.Kind switch
        {
            FindingKind.ErrorInMiddleOfRecord => TailContent.TornRecord,
            FindingKind.RecordTooLarge => TailContent.RecordTooLarge,
            FindingKind.IgnoredRecordType => TailContent.None,
            _ when finding.LooksStale => TailContent.None,
            _ => TailContent.Garbage,
        };
    }

    private TailContent TailOf(WalReader reader)
    {
        if (reader.Position == inspector.Log.LastRecordEnd)
        {
            return TailContent.None;
        }

        TailContent tail = _tail;
        if (inspector.Log.StaleTailOffset is not null)
        {
            tail |= TailContent.OldRecords;
        }
        else if (reader.End!.Value.Reason is WalEndReason.TruncatedHeader or WalEndReason.TruncatedBody or WalEndReason.IncompleteRecord)
        {
            tail |= TailContent.TornRecord;
        }

        if (tail == TailContent.None)
        {
            // The reader reported nothing, so these are bytes that readers skip.
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
