using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Commands;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary><c>walparser replay</c>: replays the WALs of a Kvrocks server on a Redis or Kvrocks server.</summary>
internal sealed class ReplayCommand
{
    private static readonly string[] DialectNames = ["redis", "kvrocks"];

    private readonly InputOptions _inputs = new();

    private readonly Option<RedisEndpoint?> _to = new("--to")
    {
        Description = "The server: redis://[user:password@]host[:port][/database], or rediss:// for TLS. Required unless --dry-run.",
        HelpName = "URI",
        CustomParser = ParseEndpoint,
    };

    private readonly Option<ulong?> _fromSequence = new("--from-sequence")
    {
        Description =
            "Send batches that begin with this sequence number or a greater one; the server must contain those before it. [default: "
            + "after the checkpoint, else all]",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<ulong?> _toSequence = new("--to-sequence")
    {
        Description = "Send batches that begin with this sequence number or a smaller one.",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _checkpoint = new("--checkpoint")
    {
        Description =
            "A key on the server that contains the last applied sequence number and is set together with each batch. The same "
            + "command, run again, continues exactly where the last run ended, however it was interrupted.",
        HelpName = "KEY",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Do not connect; only show what would be sent." };

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description = "Continue after refused commands. They are counted, the first are shown, and the exit code is 1.",
    };

    private readonly Option<long?> _window = new("--window")
    {
        Description =
            "The number of commands that may await a reply at once; with 1, each batch waits for the replies of the one before. "
            + "[default: 4096]",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = new("--namespace")
    {
        Description =
            $"Only this namespace; the default one is __namespace. Text or, written {ByteText.HexPrefix}00ff, bytes. [default: "
            + "__namespace; with --raw, all]",
        HelpName = "NS",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<string[]> _databases = new("--namespace-to-db")
    {
        Description =
            "The database for the keys of a namespace; may be given several times. The default namespace uses database 0 unless "
            + "this option says otherwise.",
        HelpName = "NS=DB",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<CommandTarget> _dialect = new("--dialect")
    {
        Description = "The server whose commands are sent: redis, or kvrocks, which keeps the types sortedint and bitmap. [default: redis]",
        HelpName = "SERVER",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, DialectNames, Enum.GetValues<CommandTarget>()),
    };

    private readonly Option<bool> _noJson = new("--no-json")
    {
        Description = "Omit JSON documents, for a server without JSON.SET.",
    };

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "Send the batches themselves to a Kvrocks server, by APPLYBATCH: exact for all types.",
    };

    private readonly Option<SlotRange?> _slot = new("--slot")
    {
        Description = "With --raw: only keys of this cluster slot or range of slots.",
        HelpName = "A[-B]",
        CustomParser = ParseSlots,
    };

    private readonly Option<SlotEncoding> _slots = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private ReplayCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var replay = new ReplayCommand(console);
        var command = new ToolCommand(
            "replay",
            "Replays the logs of a Kvrocks server on a Redis or Kvrocks server.",
            """
            Sends the commands that 'commands' shows, many at once. The last line of the output is
            "last applied sequence N"; --from-sequence N+1 continues after it. Ctrl-C waits for the
            outstanding replies, so that N is exact; a second Ctrl-C does not. If the connection is
            lost, it is not known how much of the last batches was executed. With --checkpoint it is
            known, because the transaction of each batch sets the key.

            The first refused command ends the replay and is reported with its sequence number. The
            commands that were already sent after it are executed and count as applied; --window 1
            avoids that.

            --raw omits what belongs to the server that wrote the logs: published messages, scripts,
            namespaces and the replication id. The target must have the same setting of
            cluster-enabled. A raw batch that is sent twice does no harm.

            Exit codes: 1 also if a command was refused, 2 also if the server could not be reached
            or the connection was lost.

            Examples:
              walparser replay /var/lib/kvrocks --to redis://localhost --checkpoint walparser:at
              walparser replay db --to redis://:secret@replica:6380/2 --from-sequence 1500
              walparser replay db --to redis://kvrocks:6666 --raw --slot 0-8191
            """);
        replay._inputs.AddTo(command);
        command.AddAll(
            replay._to, replay._fromSequence, replay._toSequence, replay._checkpoint, replay._dryRun, replay._keepGoing, replay._window,
            replay._namespace, replay._databases, replay._dialect, replay._noJson, replay._raw, replay._slot, replay._slots);

        command.SetAction(replay.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, _console, cancellationToken);
        NamespaceDatabases? databases = NamespaceDatabases.Parse(parsed.GetValue(_databases) ?? [], out string error);
        if (databases is null || ErrorIn(parsed, inputs) is { } fault && (error = fault).Length > 0)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _console.Interrupted = stop.Cancel;
        try
        {
            return await ReplayAsync(parsed, inputs, databases, stop.Token);
        }
        catch (RedisException exception)
        {
            _console.Say(exception.Message);
            return ExitCode.Failure;
        }
        finally
        {
            _console.Interrupted = null;
        }
    }

    private async Task<int> ReplayAsync(
        ParseResult parsed, WalInputs inputs, NamespaceDatabases databases, CancellationToken cancellationToken)
    {
        await using DatabaseBatches batches =
            await DatabaseBatches.OpenKvrocksAsync(inputs, parsed.GetValue(_slots), _console, showsProgress: true, cancellationToken);
        KeyspaceOptions keyspace = batches.Keyspace;
        if (parsed.GetValue(_slot) is not null && keyspace.SlotEncoding == SlotEncoding.Unknown)
        {
            // A filter by slots must know the encoding before the first batch. If no key shows it, there are no slots.
            keyspace = keyspace with { SlotEncoding = SlotEncoding.Off };
        }

        ReplayOptions options = OptionsOf(parsed, databases, keyspace);
        bool isDry = parsed.GetValue(_dryRun);
        await using Replayer replayer = isDry
            ? Replayer.CreateDry(options)
            : await Replayer.ConnectAsync(parsed.GetValue(_to)!, options, cancellationToken);
        var run = new ReplayRun(_console, batches, replayer, parsed.GetValue(_toSequence));
        (ReplayResult result, int exitCode) = await run.ReplayAsync(cancellationToken);
        batches.EndProgress();
        var report = new ReplayReport(_console, options.CheckpointKey is not null, options.IsRaw);
        if (isDry)
        {
            report.WriteDry(result);
        }
        else
        {
            report.Write(result, isStoppedByRefusal: result.RefusalCount > 0 && !options.KeepGoing);
        }

        return run.IsComplete
            ? Math.Max(exitCode, ConversionNotes.Report(_console, replayer.Notes, isChosen: parsed.GetValue(_namespace) is not null))
            : exitCode;
    }

    private ReplayOptions OptionsOf(ParseResult parsed, NamespaceDatabases databases, KeyspaceOptions keyspace)
    {
        bool isRaw = parsed.GetValue(_raw);
        bool hasDatabases = databases.Namespaces.Any();
        ReadOnlyMemory<byte>[]? namespaces =
            parsed.GetValue(_namespace) is { } ns ? [ns]
            : hasDatabases ? [.. databases.Namespaces]
            : isRaw ? null
            : [NamespaceDatabases.Default.ToArray()];
        return new ReplayOptions
        {
            Commands = new CommandOptions
            {
                Target = parsed.GetValue(_dialect),
                WithJson = !parsed.GetValue(_noJson),
                Namespaces = namespaces,
                Keyspace = keyspace,
            },
            DatabaseOf = hasDatabases ? databases.DatabaseOf : null,
            FromSequence = parsed.GetValue(_fromSequence),
            CheckpointKey = parsed.GetValue(_checkpoint),
            KeepGoing = parsed.GetValue(_keepGoing),
            Window = (int)Math.Min(parsed.GetValue(_window) ?? 4096, 1 << 20),
            IsRaw = isRaw,
            Slots = parsed.GetValue(_slot),
        };
    }

    private string? ErrorIn(ParseResult parsed, WalInputs inputs)
    {
        bool isRaw = parsed.GetValue(_raw);
        bool isOnlyForCommands = parsed.GetResult(_dialect) is { Implicit: false }
            || parsed.GetValue(_noJson)
            || parsed.GetValue(_databases) is { Length: > 0 };
        return parsed.GetValue(_to) is null && !parsed.GetValue(_dryRun) ?
            "--to URI is missing: name the server, as in redis://localhost:6379 (or give --dry-run)"
            : inputs.AreOfSeveralDatabases ? "these logs belong to several databases, but replay is for one; name one folder"
            : parsed.GetValue(_fromSequence) > parsed.GetValue(_toSequence) ? OptionValue.EmptySequenceRange
            : isRaw && isOnlyForCommands ? "--dialect, --no-json and --namespace-to-db are for commands, and --raw sends none"
            : parsed.GetValue(_slot) is null ? null
            : !isRaw ? "--slot requires --raw"
            : inputs.All.Any(input => input.IsStandardInput) && parsed.GetValue(_slots) == SlotEncoding.Unknown
                ?
                    "--slot must know in advance whether keys contain their slot, which standard input does not allow; give "
                    + "--slot-encoding on or off"
                : null;
    }

    private static RedisEndpoint? ParseEndpoint(ArgumentResult result)
    {
        try
        {
            return RedisEndpoint.Parse(result.Tokens[^1].Value);
        }
        catch (FormatException exception)
        {
            result.AddError($"--to: {exception.Message}");
            return null;
        }
    }

    private static SlotRange? ParseSlots(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        string[] ends = text.Split('-');
        if (ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first <= last && last < RedisSlot.Count)
        {
            return new SlotRange(first, last);
        }

        result.AddError($"--slot takes a slot from 0 to {RedisSlot.Count - 1}, or two with - between them, not '{text}'");
        return null;
    }
}
