using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;
using WalParser.WalSets;

namespace WalParser.Tool.Transactions;

/// <summary>Reads WALs and writes their transactions as they end, and finally those that were left prepared.</summary>
internal sealed class TransactionsRun(ToolConsole console, ITransactionsWriter writer)
{
    // The mode of verify: reading continues wherever it can.
    private const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly FolderTransactions _folders = new();
    private readonly TransactionCounts _counts = new();
    private readonly NextLines _next = new("'walparser transactions'");

    /// <summary>Lists the transactions and returns the exit code.</summary>
    public async Task<int> RunAsync(WalInputs inputs, CancellationToken cancellationToken)
    {
        int exitCode = inputs.ReportFailures(console);
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        foreach (Finding finding in inputs.Findings)
        {
            exitCode = Math.Max(exitCode, ExitCode.Of(finding));
            WriteFinding(finding, label: null);
        }

        using var progress = new ProgressLine(console, isWanted: !console.OutputIsTerminal, inputs.TotalSize);
        foreach (InputSet set in InputSet.AllOf(inputs, Mode, families, inputs.Emptied, console))
        {
            exitCode = Math.Max(exitCode, await ReadAsync(set, progress, cancellationToken));
        }

        foreach (Transaction transaction in _folders.All.SelectMany(assembler => assembler.ListPrepared()))
        {
            Write(transaction);
        }

        if (inputs.All.Count > 0 || inputs.Emptied.Count > 0)
        {
            writer.End(_counts);
        }

        writer.Flush();
        if (!writer.WritesAdvice)
        {
            _next.SayAll(console);
        }

        return exitCode;
    }

    /// <summary>Reads the WALs of one database, and returns the exit code that follows from the findings.</summary>
    private async Task<int> ReadAsync(InputSet set, ProgressLine progress, CancellationToken cancellationToken)
    {
        await using var entries = new InputReader(set, console, cancellationToken) { Progress = progress, FlushOutput = writer.Flush };
        TransactionAssembler? assembler = null;
        while (await entries.MoveNextAsync())
        {
            WriteFindings(entries);
            switch (entries.Entry.Kind)
            {
                case WalSetEntryKind.FileStart:
                    assembler = _folders.BeginFile(entries.Input, writer.NameOf(entries.Input));
                    break;
                case WalSetEntryKind.Record:
                    ProcessRecord(entries, assembler!);
                    break;
            }
        }

        entries.End(isComplete: true);
        WriteFindings(entries);
        return entries.ExitCode;
    }

    private void ProcessRecord(InputReader entries, TransactionAssembler assembler)
    {
        WriteBatch batch = entries.Entry.Batch;
        assembler.Add(ref batch, entries.Entry.Record.Offset);
        foreach (Transaction transaction in assembler.Ended)
        {
            Write(transaction);
        }
    }

    private void WriteFindings(InputReader entries)
    {
        while (entries.TryTakeFinding(out Finding? finding))
        {
            WriteFinding(finding, entries.LabelOf(finding));
        }
    }

    private void WriteFinding(Finding finding, string? label)
    {
        _counts.Add(finding);
        _next.Add(finding);
        writer.WriteFinding(finding, label);
    }

    private void Write(Transaction transaction)
    {
        _counts.Add(transaction);
        writer.Write(transaction);
    }
}
