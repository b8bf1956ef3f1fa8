using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Reads logs one by one and has their transactions written as they end; at last, those that were left.</summary>
internal sealed class TransactionsRun(ToolConsole console, ITransactionsWriter writer)
{
    // As verify does: reads on wherever it can.
    private const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly FolderTransactions _folders = new();
    private readonly TransactionCounts _counts = new();

    /// <summary>Lists the transactions, and returns the exit code.</summary>
    public async Task<int> RunAsync(WalInputs inputs, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
            exitCode = ExitCode.Failure;
        }

        using var progress = new ProgressLine(console, isWanted: !console.OutputIsTerminal, inputs.TotalSize);
        foreach (WalInput input in inputs.All)
        {
            try
            {
                progress.BeginFile(input.Label);
                await ReadAsync(input, progress, cancellationToken);
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                // What was read before it comes first.
                writer.Flush();
                console.Say(new InputFailure(input.Path, e).ToString());
                exitCode = ExitCode.Failure;
            }
        }

        foreach (Transaction transaction in _folders.All.SelectMany(assembler => assembler.ListPrepared()))
        {
            Write(transaction);
        }

        if (inputs.All.Count > 0)
        {
            writer.End(_counts);
        }

        writer.Flush();
        return Math.Max(exitCode, _counts.Corruptions > 0 ? ExitCode.Damage : ExitCode.Clean);
    }

    private async Task ReadAsync(WalInput input, ProgressLine progress, CancellationToken cancellationToken)
    {
        var judge = new DamageJudge(Mode);
        await using WalReader reader = input.OpenReader(console, Mode);
        TransactionAssembler assembler = _folders.BeginFile(input, writer.NameOf(input));
        while (true)
        {
            ValueTask<bool> read = reader.ReadAsync(cancellationToken);
            if (!read.IsCompleted)
            {
                // More is to come, perhaps much later: what there is so far is shown now.
                writer.Flush();
            }

            if (!await read)
            {
                break;
            }

            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    TakeRecord(reader.Record, assembler, judge);
                    break;
                case WalEntryKind.Corruption:
                    judge.TakeCorruption(reader.Corruption);
                    break;
                case WalEntryKind.OldRecord:
                    judge.TakeOldRecord(reader.OldRecord);
                    break;
            }

            progress.Report(reader.Position);
        }

        judge.TakeEnd(reader);
        progress.EndFile(reader.Position);
        _counts.Corruptions += judge.Damages.Count;
        writer.WriteDamages(input, judge.Damages);
    }

    private void TakeRecord(in WalRecord record, TransactionAssembler assembler, DamageJudge judge)
    {
        judge.TakeRecord(record.EndOffset);
        var batch = new WriteBatch(record);
        assembler.Add(ref batch, record.Offset);
        foreach (Transaction transaction in assembler.Ended)
        {
            Write(transaction);
        }

        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            judge.TakeBatchDamage(damage);
        }

        foreach (TransactionProblem problem in assembler.Problems)
        {
            judge.TakeBatchDamage(TransactionDamage.Of(problem));
        }
    }

    private void Write(Transaction transaction)
    {
        _counts.Add(transaction);
        writer.Write(transaction);
    }
}
