using System.CommandLine;
using WalParser.Inspection;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary><c>walparser keys</c>: shows the keys that result from the WALs of a Kvrocks server.</summary>
internal sealed class KeysCommand
{
    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, one line per key, or jsonl, one JSON object per key, with its whole value. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly Option<ulong?> _atSequence = new("--at-sequence")
    {
        Description =
            "Show the keys as they were at this sequence number: after all batches that end with it or with a smaller one. "
            + "[default: the last one]",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("all");

    private readonly Option<bool> _expired = new("--expired") { Description = "Also show keys and fields that have expired by now." };

    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private KeysCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var keys = new KeysCommand(console);
        var command = new ToolCommand(
            "keys",
            "Shows the keys that result from the logs of a Kvrocks server, with types, expiry and values.",
            """
            The logs of one database are applied in order. A key is incomplete if some of its
            elements were written before the first log. A key that the logs do not touch is not
            known.

            jsonl has "namespace", "key", "type", "expire_at_ms" if the key expires, and by type:
            "value" (hash [[field, value], ...], zset [[member, score], ...], stream
            [[id, [field, value, ...]], ...] with "groups"), "bits_set" of a bitmap, "count" of a
            hyperloglog; "incomplete":true. Bytes that are not text are {"base64": ...}. A bitmap
            of more than 64 MiB has "size" and "fragments": [[offset, bytes], ...] instead of
            "value": the stored fragments; all other bytes are zero.

            Examples:
              walparser keys /var/lib/kvrocks
              walparser keys --format jsonl --namespace tenant-a backup/db
              walparser keys --at-sequence 1500 db
            """);
        keys._inputs.AddTo(command);
        command.AddAll(keys._format, keys._atSequence, keys._namespace, keys._expired, keys._slotEncoding);

        command.SetAction(keys.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, _console, cancellationToken);
        if (inputs.AreOfSeveralDatabases)
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command, "these logs belong to several databases, but keys shows one; name one folder");
        }

        await using DatabaseBatches batches =
            await DatabaseBatches.OpenKvrocksAsync(
                inputs,
                parsed.GetValue(_slotEncoding),
                _console,
                showsProgress: true,
                cancellationToken,
                new WalSetInspectorOptions { StateSequence = parsed.GetValue(_atSequence) });
        var run = new KeysRun(_console, batches, parsed.GetValue(_atSequence));
        int exitCode = await run.ReadAsync();
        batches.EndProgress();
        var output = new ByteWriter(_console.Output);
        DateTimeOffset now = parsed.GetValue(_expired) ? DateTimeOffset.UnixEpoch : DateTimeOffset.UtcNow;
        IKeyWriter writer = parsed.GetValue(_format) == OutputFormat.Jsonl ? new KeyJson(output, now) : new KeyText(output, now);
        run.Write(writer, parsed.GetValue(_namespace), now);
        output.Flush();
        return exitCode;
    }
}
