using System.CommandLine;
using System.Text;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.History;

/// <summary><c>walparser history</c>: shows the changes to one key.</summary>
internal sealed class HistoryCommand
{
    private readonly Argument<ReadOnlyMemory<byte>> _key = new("KEY")
    {
        Description = $"The key, as text or, written {ByteText.HexPrefix}00ff, as bytes.",
        CustomParser = result => OptionValue.ParseBytes(result).GetValueOrDefault(),
    };

    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people, or jsonl, one JSON object per change. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("__namespace");
    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private HistoryCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var history = new HistoryCommand(console);
        var command = new ToolCommand(
            "history",
            "Shows every change to one key of a Kvrocks server: its place, its time range, and the state before and after it.",
            """
            The changes are listed in order, one entry per batch. The only times in a log are those
            at which keys were created. A change took place between the newest such time before it
            and the next one after it, provided that the server's clock did not go back. The later
            time can be too early by the duration of the command that created that key.

            The elements of a change are marked + if they are new, - if they are deleted, ~ if their
            value changed. A key whose creation is not in the logs is "first seen".

            Each line of jsonl has a "kind": change, or finding where the logs do not continue each
            other, so that changes may be missing. A change has "file", "offset", "sequence",
            "events", "notBefore" and "notAfter" (with "...Ms", milliseconds since 1970),
            "metadataBefore", "metadataAfter" and "elements" with "before" and "after".
            "returned_elements" counts those that lay under a version before RENAME or COPY brought
            it back to the key.

            Examples:
              walparser history user:17 /var/lib/kvrocks
              walparser history --namespace tenant-a --format jsonl hex:00ff backup/db
            """);
        command.Add(history._key);
        history._inputs.AddTo(command);
        command.AddAll(history._format, history._namespace, history._slotEncoding);

        command.SetAction(history.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        if (inputs.AreOfSeveralDatabases)
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command,
                    "these logs belong to several databases, but history shows a key of one; name one folder");
        }

        var output = new ByteWriter(_console.Output);
        await using DatabaseBatches batches =
            await DatabaseBatches.OpenKvrocksAsync(
                inputs, parsed.GetValue(_slotEncoding), _console, showsProgress: true, cancellationToken);
        batches.ReportsSequenceFindings = false;
        ReadOnlyMemory<byte>? chosen = parsed.GetValue(_namespace);
        NamespaceCheck namespaces = NamespaceCheck.Begin(_console, batches, chosen is { } named ? [named] : []);
        var run = new HistoryRun(
            parsed.GetValue(_format) == OutputFormat.Jsonl ? new HistoryJson(output) : new HistoryText(output),
            chosen ?? Encoding.UTF8.GetBytes("__namespace"),
            parsed.GetValue(_key),
            batches.Keyspace);
        await run.ReadAsync(batches);
        batches.EndProgress();
        output.Flush();
        int turnedCode = SlotDetection.ReportTurned(_console, run.HasSlotEncodingTurned);
        return Math.Max(batches.ExitCode, Math.Max(await namespaces.ReportAsync(), turnedCode));
    }
}
