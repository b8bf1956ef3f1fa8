using System.CommandLine;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Transactions;

/// <summary><c>walparser transactions</c>: lists the transactions in WALs and their outcomes.</summary>
internal sealed class TransactionsCommand
{
    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people, or jsonl, one JSON object per line, exact, bytes as hex. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly ToolConsole _console;

    private TransactionsCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var transactions = new TransactionsCommand(console);
        var command = new ToolCommand(
            "transactions",
            "Lists the two-phase transactions in WALs, and the outcome of each.",
            """
            Transactions are listed in the order in which they end; those that were left prepared
            are last. The logs of a database are read as one history. If the log in which a
            transaction was prepared is missing, only the end of the transaction is known. "First"
            is the sequence number of its first operation; a write-committed transaction gets its
            sequence numbers when it is committed.

            Each line of jsonl has a "kind": transaction, finding or end.

            Examples:
              walparser transactions db
              walparser transactions --format jsonl db | jq 'select(.outcome == "leftPrepared")'
            """);
        transactions._inputs.AddTo(command);
        command.Add(transactions._format);
        command.SetAction(transactions.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = new ByteWriter(_console.Output);
        ITransactionsWriter writer = parsed.GetValue(_format) == OutputFormat.Jsonl
            ? new JsonLinesTransactionsWriter(output)
            : new TextTransactionsWriter(output, _console);
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        return await new TransactionsRun(_console, writer).RunAsync(inputs, cancellationToken);
    }
}
