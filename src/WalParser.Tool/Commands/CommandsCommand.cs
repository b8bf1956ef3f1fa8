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

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = new("--namespace")
    {
        Description =
            $"Only commands of this namespace; the default one is __namespace. Text or, written {ByteText.HexPrefix}00ff, bytes. "
            + "[default: all; of resp and aof, the default one]",
        HelpName = "NS",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<string[]> _databases = new("--namespace-to-db")
    {
        Description =
            "The database for the keys of a namespace, chosen by SELECT; may be given several times. The default namespace uses "
            + "database 0 unless this option says otherwise.",
        HelpName = "NS=DB",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<ulong?> _fromSequence = new("--from-sequence")
    {
        Description =
            "Only commands of batches that begin with this sequence number or a greater one. The target must contain the result of "
            + "the batches before it. Nothing is written if the logs lack this number, or if it lies inside a batch.",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<ulong?> _toSequence = new("--to-sequence")
    {
        Description = "Only commands of batches that begin with this sequence number or a smaller one.",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<bool> _noJson = new("--no-json")
    {
        Description = "Omit JSON documents, for a server without JSON.SET.",
    };

    private readonly Option<SlotEncoding> _slots = SlotsOption.Create();
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
            without a command, of keys of which the logs contain only the end, and of assumptions.

            An expiry that is past or less than a day away comes last, because the key would
            otherwise expire while later commands still change it. Therefore load the commands
            within that day. JSON.SET needs Redis 8 or a module, HPEXPIREAT needs Redis 7.4; both
            come after EXEC.

            aof has lines #TS: with the latest time that the commands after them can have, so that
            'redis-check-aof --truncate-to-timestamp' keeps what was certainly written by then. The
            times are those at which keys were created, the only ones in the logs; what follows the
            last of them has the time of this run. Expiries stay in their places, because a server
            that loads a file lets no key expire meanwhile.

            In resp and aof, a namespace without a database is omitted and reported, and the exit
            code is 2. They are not written to a terminal, because they contain bytes as they are.

            Examples:
              walparser commands /var/lib/kvrocks | less
              walparser commands --format resp db | redis-cli --pipe
              walparser commands --format resp --namespace-to-db tenant-a=1 db | redis-cli --pipe
              walparser commands --format aof db > appendonly.aof
            """);
        commands._inputs.AddTo(command);
        command.AddAll(
            commands._format, commands._target, commands._namespace, commands._databases, commands._fromSequence, commands._toSequence,
            commands._noJson, commands._slots);

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
        bool wouldAct = (format == OutputFormat.Resp || isAof) && _console.OutputIsTerminal;
        bool isAofOfKvrocks = isAof && parsed.GetValue(_target) == CommandTarget.Kvrocks;
        if (databases is null || inputs.AreOfSeveralDatabases || from > to || wouldAct || isAofOfKvrocks)
        {
            return WalParserCommand.UsageError(
                _console,
                parsed.CommandResult.Command,
                databases is null ? error
                : from > to ? OptionValue.EmptySequenceRange
                : wouldAct ?
                    (isAof ? "aof" : "resp")
                    + " contains the bytes of keys and values as they are, on which a terminal can act; pipe it, or redirect it to a file"
                : isAofOfKvrocks ? "--to kvrocks is not for aof, because Kvrocks loads no append-only files"
                : "these logs belong to several databases, but commands are for one; name one folder");
        }

        ReadOnlyMemory<byte>? chosen = parsed.GetValue(_namespace);
        var output = new ByteWriter(_console.Output);
        await using DatabaseBatches batches = await DatabaseBatches.OpenKvrocksAsync(
            inputs,
            parsed.GetValue(_slots),
            _console,
            showsProgress: !_console.OutputIsTerminal,
            cancellationToken,
            new WalSetInspectorOptions { StartSequence = from });
        var converter = new CommandConverter(new CommandOptions
        {
            Target = parsed.GetValue(_target),
            WithJson = !parsed.GetValue(_noJson),
            Namespaces = WantedNamespaces(chosen, databases, format),
            Keyspace = batches.Keyspace,
            NotesGaps = false,

            // While a server loads a file, no key expires. Expiries that were held back to the end would be lost with the end.
            ExpiryHold = isAof ? TimeSpan.Zero : new CommandOptions().ExpiryHold,
            Clock = isAof ? BeginningOfTime.Instance : TimeProvider.System,
        });
        using var aof = new AofCommands(output, _console.Clock);
        var run = new CommandsRun(batches, converter, isAof ? aof : FormatterFor(format, output), databases, from, to);
        int exitCode = await run.ConvertAsync();
        if (aof.Complete())
        {
            _console.Say(
                "the commands after the last #TS: can be as late as this run, whose time that is: no key was created after them in these "
                + "logs");
        }

        output.Flush();
        return Math.Max(exitCode, ConversionNotes.Report(_console, converter.Notes, isChosen: chosen is not null));
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
