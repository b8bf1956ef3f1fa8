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
        Description = "The server: redis://[user:password@]host[:port][/database], or rediss:// for TLS. Needed unless --dry-run.",
        HelpName = "URI",
        CustomParser = ParseEndpoint,
    };

    private readonly Option<ulong?> _fromSequence = new("--from-sequence")
    {
        Description =
            "Send batches that begin with this sequence number or a greater one; those before are on the server. [default: behind the "
            + "checkpoint, else all]",
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
            "A key of the server's that holds the last applied sequence number, set together with each batch: the same command again "
            + "goes on exactly, whatever interrupted it.",
        HelpName = "KEY",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Connect to nothing, and say what there is to send." };

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description = "Go on behind refused commands. They are counted, the first are shown, and the exit code is 1.",
    };

    private readonly Option<long?> _window = new("--window")
    {
        Description =
            "How many commands may be under way at once; with 1, each batch waits for the replies of the one before. [default: 4096]",
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
            "The database that a namespace goes into; may be given several times. The default namespace goes into 0 unless said "
            + "otherwise.",
        HelpName = "NS=DB",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<CommandTarget> _dialect = new("--dialect")
    {
        Description = "Whose commands to send: redis, or kvrocks, where sortedints and bitmaps stay what they are. [default: redis]",
        HelpName = "SERVER",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, DialectNames, Enum.GetValues<CommandTarget>()),
    };

    private readonly Option<bool> _noJson = new("--no-json")
    {
        Description = "Leave JSON documents out, for a server that does not know JSON.SET.",
    };

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "Send the batches themselves to a Kvrocks, by APPLYBATCH: exact for all types.",
    };

    private readonly Option<SlotRange?> _slot = new("--slot")
    {
        Description = "With --raw: only keys of this cluster slot, or of these.",
        HelpName = "A[-B]",
        CustomParser = ParseSlots,
    };

    private readonly Option<SlotEncoding> _slots = SlotsOption.Create();
    private readonly ToolConsole _console;

    private ReplayCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var replay = new ReplayCommand(console);
        var command = new ToolCommand(
            "replay",
            "Brings the logs of a Kvrocks server to a Redis or Kvrocks server.",
            """
            Sends what 'commands' shows, many commands at once. The last line of the output is
            "last applied sequence N": --from-sequence N+1 goes on behind it. Ctrl-C waits for the
            replies to what is under way, so that N is exact; a second Ctrl-C does not. If the
            connection is lost, it cannot be known what of the last batches was carried out; with
            --checkpoint it is, because each batch's transaction sets the key.

            At the first refused command it stops, with the command and its sequence number. What
            was under way behind it is carried out, and counts as applied; --window 1 avoids that.

            --raw leaves out what belongs to the server that wrote the logs: published messages,
            its scripts and namespaces, the id of its replication. The Kvrocks must have the same
            cluster-enabled. A raw batch that comes twice does no harm.

            Exit codes: 1 also if a command was refused, 2 also if the server could not be reached
            or was lost.

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
            "--to URI is missing: the server to bring it to, as redis://localhost:6379 (or --dry-run)"
            : inputs.AreOfSeveralDatabases ? "these logs are of several databases, and replay brings one; give one folder"
            : parsed.GetValue(_fromSequence) > parsed.GetValue(_toSequence) ? OptionValue.EmptySequenceRange
            : isRaw && isOnlyForCommands ? "--dialect, --no-json and --namespace-to-db are for commands, and --raw sends none"
            : parsed.GetValue(_slot) is null ? null
            : !isRaw ? "--slot goes with --raw"
            : inputs.All.Any(input => input.IsStandardInput) && parsed.GetValue(_slots) == SlotEncoding.Unknown
                ?
                    "--slot looks ahead whether keys carry their slot, which standard input does not allow; say it with --slots on or "
                    + "--slots off"
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

        result.AddError($"--slot takes a slot from 0 to {RedisSlot.Count - 1}, or two and - between them, not '{text}'");
        return null;
    }
}
