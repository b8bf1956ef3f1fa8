using System.CommandLine;
using WalParser.Inspection;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary><c>walparser commands</c>: converts the WALs of a Kvrocks server to Redis commands.</summary>
internal sealed class CommandsCommand
{
    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, one line per command; jsonl, one JSON object per command; resp, the protocol, for redis-cli --pipe; aof, an append-only "
        + "file with the times of the commands, for Redis 7. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl,
        OutputFormat.Resp,
        OutputFormat.Aof);

    private readonly Option<CommandTarget> _target = TargetOption.Create();
    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("all; of resp and aof, the default one");

    private readonly Option<string[]> _databases = NamespaceToDbOption.Create();

    private readonly Option<ulong?> _fromSequence = SequenceOptions.From(
        "Only commands of batches that begin with it or a greater one. The target must contain the result of the batches before it. "
        + "Nothing is written if the logs lack this number, or if it lies inside a batch.");

    private readonly Option<ulong?> _toSequence = SequenceOptions.To("Only commands of batches that begin with it or a smaller one.");

    private readonly Option<bool> _undo = new("--undo")
    {
        Description =
            "The commands that undo the batches from --from-sequence, which is required, to --to-sequence: they bring a server from the "
            + "state after the last of these batches back to the state before the first.",
    };

    private readonly Option<bool> _noJson = OmissionOptions.Json();
    private readonly Option<bool> _noFieldExpiry = OmissionOptions.FieldExpiry();

    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private CommandsCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var commands = new CommandsCommand(console);
        var command = new ToolCommand(
            "commands",
            "Converts the logs of a Kvrocks server to commands that create the same dataset in a Redis server.",
            """
            The commands are derived from the records. If a batch results in several commands, they
            are enclosed in MULTI and EXEC. jsonl has "sequence", "namespace" and "args"; bytes that
            are not text are {"base64": ...}. Standard error reports the number of keys of types
            without a command (the exit code is then 1), of keys of which the logs contain only the
            end, and of assumptions.

            An expiry that is past or less than a day away comes last, because the key would
            otherwise expire while later commands still change it. Therefore load the commands
            within that day. JSON.SET needs Redis 8 or a module, HPEXPIREAT needs Redis 7.4; both
            come after EXEC.

            The commands are for Redis, where bitmaps and HyperLogLogs are strings and sortedints
            are sorted sets; a Kvrocks server would get these types, too. With --target kvrocks, it
            gets all of its types. Bloom filters with items and t-digests with centroids are
            omitted, because no command creates their content; 'replay --raw' sends all types.

            aof has lines #TS: with the latest time that the commands after them can have, so that
            'redis-check-aof --truncate-to-timestamp' keeps what was certainly written by then. The
            times are those at which keys were created, the only ones in the logs; what follows the
            last of them has the time of this run. Expiries stay in their places, because a server
            that loads a file lets no key expire meanwhile.

            In resp and aof, a namespace without a database is omitted and reported, and the exit
            code is 2. They are not written to a terminal, because they contain bytes as they are.

            With --undo, the key that changed last comes first. Each key is deleted or created anew
            in a transaction of its own, once; loading the commands again has the same effect. A
            key whose earlier state the logs do not show as a whole is left alone: text and jsonl
            end with these keys ("kind":"leftAlone", "sequence", "namespace", "key", "reason"), and
            the exit code is 1. A key that has expired since is deleted. The states before and after
            are both in memory.

            Examples:
              walparser commands /var/lib/kvrocks | less
              walparser commands --format resp db | redis-cli --pipe
              walparser commands --format resp --namespace-to-db tenant-a=1 db | redis-cli --pipe
              walparser commands --format aof db > appendonly.aof
              walparser commands --undo --from-sequence 1500 --format resp db | redis-cli --pipe
            """);
        commands._inputs.AddTo(command);
        command.AddAll(
            commands._format, commands._target, commands._namespace, commands._databases, commands._fromSequence, commands._toSequence,
            commands._undo, commands._noJson, commands._noFieldExpiry, commands._slotEncoding);

        command.SetAction(commands.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        NamespaceDatabases? databases = NamespaceDatabases.Parse(parsed.GetValue(_databases) ?? [], out string error);
        ulong? from = parsed.GetValue(_fromSequence);
        ulong? to = parsed.GetValue(_toSequence);
        OutputFormat format = parsed.GetValue(_format);
        bool isAof = format == OutputFormat.Aof;
        bool isUndo = parsed.GetValue(_undo);
        bool wouldAct = (format == OutputFormat.Resp || isAof) && _console.OutputIsTerminal;
        string? aofError = !isAof ? null
            : isUndo ? "--undo has no times, so it is not for aof; --format resp writes the same commands"
            : parsed.GetValue(_target) == CommandTarget.Kvrocks ?
                "--target kvrocks is not for aof, because Kvrocks loads no append-only files"
            : null;
        if (databases is null || inputs.AreOfSeveralDatabases || from > to || wouldAct || aofError is not null
            || (isUndo && from is null))
        {
            return WalParserCommand.UsageError(
                _console,
                parsed.CommandResult.Command,
                databases is null ? error
                : from > to ? OptionValue.EmptySequenceRange
                : wouldAct ?
                    (isAof ? "aof" : "resp")
                    + " contains the bytes of keys and values as they are, on which a terminal can act; pipe it, or redirect it to a file"
                : aofError is not null ? aofError
                : isUndo && from is null ?
                    "--undo requires --from-sequence, the first sequence number that is undone; 'walparser dump' and 'walparser history' "
                    + "show them"
                : "these logs belong to several databases, but commands are for one; name one folder");
        }

        ReadOnlyMemory<byte>? chosen = parsed.GetValue(_namespace);
        var output = new ByteWriter(_console.Output);
        await using DatabaseBatches batches = await DatabaseBatches.OpenKvrocksAsync(
            inputs,
            parsed.GetValue(_slotEncoding),
            _console,
            showsProgress: !_console.OutputIsTerminal,
            cancellationToken,
            new WalSetInspectorOptions { StartSequence = from, EndSequence = to });
        NamespaceCheck namespaces = NamespaceCheck.Begin(_console, batches, databases.Named(chosen));
        var options = new CommandOptions
        {
            Target = parsed.GetValue(_target),
            WithJson = !parsed.GetValue(_noJson),
            WithFieldExpiry = !parsed.GetValue(_noFieldExpiry),
            Namespaces = WantedNamespaces(chosen, databases, format),
            Keyspace = batches.Keyspace,
            NotesGaps = false,

            // While a server loads a file, no key expires. Expiries that were held back to the end would be lost with the end.
            ExpiryHold = isAof ? TimeSpan.Zero : new CommandOptions().ExpiryHold,
            Clock = isAof ? BeginningOfTime.Instance : TimeProvider.System,
        };
        using var aof = new AofCommands(output, _console.Clock);
        ICommandFormatter formatter = isAof ? aof : FormatterFor(format, output);
        if (isUndo)
        {
            var undo = new UndoConverter(options with { NotesGaps = true });
            int undoCode = await new UndoRun(batches, undo, formatter, databases, from!.Value).ConvertAsync();
            output.Flush();
            return Math.Max(
                undoCode, Math.Max(await namespaces.ReportAsync(), UndoNotes.Report(_console, undo.Notes, isChosen: chosen is not null)));
        }

        var converter = new CommandConverter(options);
        int exitCode = await new CommandsRun(batches, converter, formatter, databases, from).ConvertAsync();
        if (aof.Complete())
        {
            _console.Say(
                "the commands after the last #TS: can be as late as this run, whose time that is: no key was created after them in these "
                + "logs");
        }

        output.Flush();
        exitCode = Math.Max(exitCode, await namespaces.ReportAsync());
        exitCode = Math.Max(exitCode, ConversionNotes.Report(_console, converter.Notes, isChosen: chosen is not null));
        if (options.Target == CommandTarget.Kvrocks && converter.Notes.Any(note => note.Kind == ConversionNoteKind.NoCommand))
        {
            _console.Say("'walparser replay --raw' brings the omitted keys to a Kvrocks server, too: it sends the batches themselves");
        }

        return exitCode;
    }

    /// <summary>
    /// Returns the namespaces whose commands are written, or null for all. In the protocol, commands do not name their namespace, so that
    /// the commands of several namespaces would be mixed.
    /// </summary>
    private static ReadOnlyMemory<byte>[]? WantedNamespaces(
        ReadOnlyMemory<byte>? chosen, NamespaceDatabases databases, OutputFormat format) =>
        chosen is { } ns ? [ns]
        : databases.Namespaces.Any() ? [.. databases.Namespaces]
        : format is OutputFormat.Resp or OutputFormat.Aof ? [NamespaceDatabases.Default.ToArray()]
        : null;

    private static ICommandFormatter FormatterFor(OutputFormat format, ByteWriter output) => format switch
    {
        OutputFormat.Jsonl => new JsonLinesCommands(output),
        OutputFormat.Resp => new RespCommands(output.Write),
        _ => new TextCommands(output),
    };
}
