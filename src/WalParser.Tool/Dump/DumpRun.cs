using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Reports;
using WalParser.Tool.Survey;
using WalParser.Tool.Transactions;
using WalParser.Transactions;

namespace WalParser.Tool.Dump;

/// <summary>Reads logs one by one and has shown what passes the filter, up to the limit; if so wanted, only what took effect.</summary>
internal sealed class DumpRun(
    ToolConsole console,
    IDumpWriter writer,
    OperationFilter filter,
    FamilyChoice choice,
    ColumnFamilies families,
    WalRecoveryMode mode,
    long? limit,
    BlobValues? blobs,
    bool isCommittedOnly)
{
    private readonly FolderNumbering _folders = new();
    private readonly FolderTransactions _transactions = new();
    private OperationFilter _filter = new();
    private long _unshownCommits;
    private long _left = limit ?? long.MaxValue;

    /// <summary>Dumps the logs, and returns the exit code.</summary>
    public async Task<int> DumpAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
            exitCode = ExitCode.Failure;
        }

        foreach (WalInput input in inputs.All)
        {
            if (_left == 0)
            {
                break;
            }

            try
            {
                progress.BeginFile(input.Label);
                bool isClean = await DumpAsync(input, progress, cancellationToken);
                exitCode = Math.Max(exitCode, isClean ? ExitCode.Clean : ExitCode.Damage);
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                // What was read before it comes first.
                writer.Flush();
                console.Say(new InputFailure(input.Path, e).ToString());
                exitCode = ExitCode.Failure;
            }
        }

        writer.Flush();
        SayWhatIsNotShown();
        return exitCode;
    }

    /// <summary>Dumps one log; whether it has no damage.</summary>
    private async Task<bool> DumpAsync(WalInput input, ProgressLine progress, CancellationToken cancellationToken)
    {
        var judge = new DamageJudge(mode);
        SequenceNumbering numbering = _folders[input];
        TransactionAssembler? assembler = isCommittedOnly ? _transactions.BeginFile(input, input.Name) : null;
        long records = 0;
        await using WalReader reader = input.OpenReader(console, mode);
        _filter = filter with { ColumnFamilies = choice.IdsIn(families[input]) };
        writer.BeginFile(input, families[input]);
        blobs?.BeginFile(input);
        long damagedBlobs = blobs?.DamageCount ?? 0;
        while (_left > 0)
        {
            ValueTask<bool> read = reader.ReadAsync(cancellationToken);
            if (!read.IsCompleted)
            {
                // More is to come, perhaps much later: what there is so far is shown now.
                writer.Flush();
            }

            if (!await read)
            {
                judge.TakeEnd(reader);
                break;
            }

            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    records++;
                    judge.TakeRecord(reader.Record.EndOffset);
                    if (assembler is null)
                    {
                        DumpRecord(reader.Record, ref numbering, judge);
                    }
                    else
                    {
                        DumpCommitted(reader.Record, assembler, judge);
                    }

                    break;
                case WalEntryKind.Corruption:
                    judge.TakeCorruption(reader.Corruption);
                    WriteCorruption(reader.Corruption);
                    break;
                case WalEntryKind.OldRecord when reader.OldRecord.IsDamagedLive:
                    judge.TakeOldRecord(reader.OldRecord);
                    writer.WriteCorruption(DamageJudge.DamageOf(reader.OldRecord), looksStale: false);
                    break;
                case WalEntryKind.OldRecord when judge.TakeOldRecord(reader.OldRecord):
                    writer.WriteOldRecord(reader.OldRecord);
                    break;
            }

            progress.Report(reader.Position);
        }

        writer.EndFile(records, judge.StaleTailOffset);
        progress.EndFile(reader.Position);
        _folders[input] = numbering;
        return judge.Damages.Count == 0 && damagedBlobs == (blobs?.DamageCount ?? 0);
    }

    private void DumpRecord(in WalRecord record, ref SequenceNumbering numbering, DamageJudge judge)
    {
        var batch = new WriteBatch(record) { Numbering = numbering };
        bool isShown = !_filter.IsActive;
        if (isShown)
        {
            writer.WriteRecord(record, batch);
        }

        foreach (WriteBatchOperation operation in batch)
        {
            if (!_filter.Matches(operation))
            {
                continue;
            }

            if (!isShown)
            {
                isShown = true;
                writer.WriteRecord(record, batch);
            }

            writer.WriteOperation(operation, null, blobs);
            if (--_left == 0)
            {
                return;
            }
        }

        numbering = batch.Numbering;
        TakeBatchDamage(record, batch, judge);
    }

    private void DumpCommitted(in WalRecord record, TransactionAssembler assembler, DamageJudge judge)
    {
        var batch = new WriteBatch(record);
        bool isShown = false;
        foreach (CommittedOperation committed in assembler.Take(ref batch, record.Offset))
        {
            WriteBatchOperation operation = committed.Operation;
            if (!_filter.Matches(operation))
            {
                continue;
            }

            if (!isShown)
            {
                isShown = true;
                writer.WriteRecord(record, batch);
            }

            writer.WriteOperation(operation, committed.Transaction, blobs);
            if (--_left == 0)
            {
                return;
            }
        }

        _unshownCommits += assembler.Ended.Count(transaction => transaction is { Outcome: TransactionOutcome.Committed, Begin: null });
        TakeBatchDamage(record, batch, judge);
        foreach (TransactionProblem problem in assembler.Problems)
        {
            Damage damage = TransactionDamage.Of(problem);
            judge.TakeBatchDamage(damage);
            writer.WriteCorruption(damage, looksStale: false);
        }
    }

    private void TakeBatchDamage(in WalRecord record, in WriteBatch batch, DamageJudge judge)
    {
        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            judge.TakeBatchDamage(damage);
            writer.WriteCorruption(damage, looksStale: false);
        }
    }

    /// <summary>Behind the limit, nothing is known of what is left.</summary>
    private void SayWhatIsNotShown()
    {
        long left = _left == 0 ? 0 : _transactions.All.Sum(assembler => (long)assembler.PreparedCount);
        if (left > 0)
        {
            console.Say(ReportText.Count(left, "transaction was", "transactions were") + " left prepared and not shown");
        }

        if (_unshownCommits > 0)
        {
            console.Say(ReportText.Count(_unshownCommits, "transaction was", "transactions were")
                + " committed but prepared in a log that was not read, and could not be shown");
        }
    }

    private void WriteCorruption(WalCorruption corruption) =>
        writer.WriteCorruption(new Damage(corruption.Offset, corruption.Bytes, corruption.Reason, corruption.Note), corruption.LooksStale);
}
