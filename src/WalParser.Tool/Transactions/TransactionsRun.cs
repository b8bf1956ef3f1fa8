using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;
using WalParser.WalSets;

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
        foreach (IGrouping<string, WalInput> folder in inputs.All.GroupBy(input => input.Folder))
        {
            exitCode = Math.Max(exitCode, await ReadAsync([.. folder], progress, cancellationToken));
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

    /// <summary>Reads the logs of one database; whether they all could be read.</summary>
    private async Task<int> ReadAsync(List<WalInput> inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        Dictionary<WalFile, WalInput> byFile = inputs.ToDictionary(input => input.ToWalFile(console));
        await using WalSetReader reader = new WalSet(byFile.Keys, new WalSetOptions { Mode = Mode, MaxRecordSize = inputs[0].MaxRecordSize }).OpenReader();
        var judge = new LogInspector(Mode);
        TransactionAssembler? assembler = null;
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
                return exitCode;
            }

            switch (reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    WalInput input = byFile[reader.File];
                    judge = new LogInspector(Mode);
                    assembler = _folders.BeginFile(input, writer.NameOf(input));
                    progress.BeginFile(input.Label);
                    break;
                case WalSetEntryKind.Record:
                    TakeRecord(reader.Record, reader.Batch, assembler!, judge);
                    progress.Report(reader.Log.Position);
                    break;
                case WalSetEntryKind.Corruption:
                    judge.ProcessCorruption(reader.Corruption);
                    break;
                case WalSetEntryKind.OldRecord:
                    judge.ProcessOldRecord(reader.OldRecord);
                    break;
                case WalSetEntryKind.Problem when reader.Problem.Kind == FindingKind.Unreadable:
                    // What was read before it comes first.
                    writer.Flush();
                    console.Say(new InputFailure(reader.Problem, inputs).ToString());
                    exitCode = ExitCode.Failure;
                    break;
                case WalSetEntryKind.FileEnd:
                    judge.ProcessEnd(reader.Log);
                    progress.EndFile(reader.Log.Position);
                    _counts.Corruptions += judge.Damage.Count;
                    writer.WriteDamages(byFile[reader.File], judge.Damage);
                    break;
            }
        }
    }

    private void TakeRecord(in WalRecord record, WriteBatch batch, TransactionAssembler assembler, LogInspector judge)
    {
        judge.ProcessRecord(record.EndOffset);
        assembler.Add(ref batch, record.Offset);
        foreach (Transaction transaction in assembler.Ended)
        {
            Write(transaction);
        }

        if (LogInspector.TryFindDamage(record, batch.Corruption, out Finding? damage))
        {
            judge.ProcessBatchDamage(damage);
        }

        foreach (TransactionFinding problem in assembler.Problems)
        {
            judge.ProcessBatchDamage(TransactionDamage.Of(problem));
        }
    }

    private void Write(Transaction transaction)
    {
        _counts.Add(transaction);
        writer.Write(transaction);
    }
}
