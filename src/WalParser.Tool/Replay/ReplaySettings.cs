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
using WalParser.Tool.Servers;

namespace WalParser.Tool.Replay;

/// <summary>The options of <c>walparser replay</c>.</summary>
internal sealed class ReplaySettings
{
    private const int DefaultTimeout = 60;
    private const int MaxTimeout = 7 * 24 * 60 * 60;

    private readonly Option<RedisEndpoint?> _to = ServerOptions.Address(
        "--to", $"The server: {ServerOptions.AddressForms}. Required unless --dry-run.");

    private readonly ServerOptions _server = new();
    private readonly Option<ExistingKeys> _existing = ExistingKeysOption.Create();

    private readonly Option<bool> _offline = new("--offline") { Description = "With --dry-run: do not connect to the server." };

    private readonly Option<ulong?> _fromSequence = SequenceOptions.From(
        "Send batches that begin with it or later; the server must contain those before it. [default: after the checkpoint, else all]");

    private readonly Option<ulong?> _toSequence = SequenceOptions.To("Send batches that begin with it or earlier.");

    private readonly Option<ReadOnlyMemory<byte>?> _checkpoint = new("--checkpoint")
    {
        Description =
            "The key of a replay on the server that contains its last applied sequence number. It is set together with each batch; the "
            + "same command, run again, continues exactly where the last run ended, however it was interrupted or refused.",
        HelpName = "KEY",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description =
            "The server must be a node of a Redis cluster; one that is a node is recognized without this option. Each batch is sent to "
            + "the masters of its slots. Requires --checkpoint; each slot has a key KEY{...} of its own.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Write nothing. Show what would be sent and, unless --offline, what the server of --to would refuse.",
    };

    private readonly Option<bool> _verify = new("--verify")
    {
        Description =
            "Compare every key with the server at the end, as 'compare' does. The exit code is 1 if something differs or cannot be "
            + "compared.",
    };

    private readonly Option<bool> _allowUncompared = AllowUncomparedOption.Create();

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description =
            "Continue after refused commands. They are counted and listed, the first are shown, and the exit code is 1. The last "
            + "applied sequence number stays before the first of them.",
    };

    private readonly Option<long?> _waitReplicas = new("--wait-replicas")
    {
        Description =
            "At the end, wait until this number of replicas of each master have received everything (WAIT), at most for half of --timeout. "
            + "The exit code is 1 if fewer have: a failover could lose the rest.",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<bool> _pastGaps = new("--past-gaps")
    {
        Description =
            "Also send what follows a gap: sequence numbers that damage took from the logs, or a damaged batch. The last applied sequence "
            + "number stays before the first gap, and the exit code is 1.",
    };

    private readonly Option<string?> _refused = new("--refused")
    {
        Description =
            "The file in which refused commands are listed, if there are any. If it exists, a number is added to the name. [default: "
            + RefusedFile.DefaultPath + "]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description =
            "Read the logs, and bring only the keys that this list of refused commands contains to their state: as of the checkpoint, "
            + "else of --to-sequence, else at the end of the logs.",
        HelpName = "FILE",
    };

    private readonly Option<long?> _timeout = new("--timeout")
    {
        Description = "The number of seconds for which the server may be silent while commands await a reply. [default: 60]",
        HelpName = "SECONDS",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<long?> _window = new("--window")
    {
        Description =
            "The number of commands that may await a reply at once; with 1, each batch waits for the replies of the one before. "
            + "[default: 4096]",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("__namespace; with --raw, all");

    private readonly Option<string[]> _databases = NamespaceToDbOption.Create();

    private readonly Option<CommandTarget> _target = TargetOption.Create("kvrocks if the server of --to says that it is one, else redis");

    private readonly Option<bool> _noJson = OmissionOptions.Json();
    private readonly Option<bool> _noFieldExpiry = OmissionOptions.FieldExpiry();

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

    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();

    /// <summary>Adds the options in the order in which the help lists them.</summary>
    public void AddTo(ToolCommand command)
    {
        command.AddAll(
            _to, _cluster, _fromSequence, _toSequence, _checkpoint, _dryRun, _offline, _existing, _verify, _allowUncompared, _keepGoing,
            _pastGaps, _waitReplicas, _refused, _only, _window, _timeout, _namespace, _databases, _target, _noJson, _noFieldExpiry, _raw, _slot, _slotEncoding);
        _server.AddTo(command);
    }

    /// <summary>Returns the server with its password and certificates; null if none is asked, or on an error.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="console">Receives warnings.</param>
    /// <param name="error">What is wrong; empty if nothing is.</param>
    public RedisEndpoint? EndpointOf(ParseResult parsed, ToolConsole console, out string error)
    {
        error = "";
        RedisEndpoint? address = parsed.GetValue(_offline) ? null : parsed.GetValue(_to);
        return address is null ? null : _server.Complete(parsed, address, console, out error);
    }

    /// <summary>Returns the check of the server that comes before the first write.</summary>
    public TargetCheck CheckOf(
        ParseResult parsed,
        ToolConsole console,
        WalInputs inputs,
        NamespaceDatabases databases,
        RedisEndpoint? endpoint,
        ReplayOptions options)
    {
        bool hasDatabases = databases.Namespaces.Any();
        return new TargetCheck(console, inputs)
        {
            Endpoint = endpoint,
            Databases = hasDatabases ? [.. databases.Namespaces.Select(databases.DatabaseOf)] : [endpoint?.Database ?? 0],
            Namespaces = databases.Named(parsed.GetValue(_namespace)),
            ToSequence = parsed.GetValue(_toSequence),
            Existing = parsed.GetValue(_only) is null ? parsed.GetValue(_existing) : ExistingKeys.Merge,
            Timeout = options.Timeout,
            IsDry = parsed.GetValue(_dryRun),
            TakesDialect = parsed.GetResult(_target) is not { Implicit: false },
            Options = options,
        };
    }

    /// <summary>
    /// Returns the last sequence number that the server has if nothing is sent; null if only the server's checkpoint contains it.
    /// </summary>
    public ulong? LastBefore(ParseResult parsed) =>
        parsed.GetValue(_fromSequence) is { } from ? Math.Max(from, 1) - 1
        : parsed.GetValue(_checkpoint) is null ? 0
        : null;

    public bool AllowsUncompared(ParseResult parsed) => parsed.GetValue(_allowUncompared);

    public int? WaitReplicasOf(ParseResult parsed) =>
        parsed.GetValue(_dryRun) || parsed.GetValue(_waitReplicas) is not { } count ? null : (int)Math.Min(count, int.MaxValue);

    public bool PassesGaps(ParseResult parsed) => parsed.GetValue(_pastGaps);

    public bool Verifies(ParseResult parsed) => parsed.GetValue(_verify);

    public bool IsDry(ParseResult parsed) => parsed.GetValue(_dryRun);

    public ulong? ToSequenceOf(ParseResult parsed) => parsed.GetValue(_toSequence);

    public SlotEncoding SlotEncodingOf(ParseResult parsed) => parsed.GetValue(_slotEncoding);

    public bool HasSlots(ParseResult parsed) => parsed.GetValue(_slot) is not null;

    public bool HasNamespace(ParseResult parsed) => parsed.GetValue(_namespace) is not null;

    public string RefusedPathOf(ParseResult parsed) => parsed.GetValue(_refused) ?? RefusedFile.DefaultPath;

    public string? OnlyPathOf(ParseResult parsed) => parsed.GetValue(_only);

    public NamespaceDatabases? DatabasesOf(ParseResult parsed, out string error) =>
        NamespaceDatabases.Parse(parsed.GetValue(_databases) ?? [], out error);

    /// <summary>Returns the options of the replay, except those about a list of refused commands.</summary>
    public ReplayOptions OptionsOf(ParseResult parsed, NamespaceDatabases databases, KeyspaceOptions keyspace)
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
                Target = parsed.GetValue(_target),
                WithJson = !parsed.GetValue(_noJson),
                WithFieldExpiry = !parsed.GetValue(_noFieldExpiry),
                Namespaces = namespaces,
                Keyspace = keyspace,
                NotesGaps = false,
            },
            DatabaseOf = hasDatabases ? databases.DatabaseOf : null,
            RequiresCluster = parsed.GetValue(_cluster),
            FromSequence = parsed.GetValue(_fromSequence),
            CheckpointKey = parsed.GetValue(_checkpoint),
            KeepGoing = parsed.GetValue(_keepGoing),
            Window = (int)Math.Min(parsed.GetValue(_window) ?? 4096, 1 << 20),
            IsRaw = isRaw,
            Slots = parsed.GetValue(_slot),
            Timeout = TimeSpan.FromSeconds(Math.Min(parsed.GetValue(_timeout) ?? DefaultTimeout, MaxTimeout)),
        };
    }

    /// <summary>Returns what is wrong with the options; null if nothing is.</summary>
    public string? ErrorIn(ParseResult parsed, WalInputs inputs)
    {
        bool isRaw = parsed.GetValue(_raw);
        bool isOnlyForCommands = parsed.GetResult(_target) is { Implicit: false }
            || parsed.GetValue(_noJson)
            || parsed.GetValue(_noFieldExpiry)
            || parsed.GetValue(_databases) is { Length: > 0 };
        return parsed.GetValue(_to) is null && !parsed.GetValue(_dryRun) ?
            "--to URI is missing: name the server, as in redis://localhost:6379 (or give --dry-run)"
            : parsed.GetValue(_offline) && !parsed.GetValue(_dryRun) ? "--offline requires --dry-run, because a replay must connect"
            : isRaw && parsed.GetValue(_existing) == ExistingKeys.Flush ?
                "--existing flush empties one namespace, but --raw writes any; empty the Kvrocks server yourself (FLUSHALL)"
            : parsed.GetValue(_allowUncompared) && !parsed.GetValue(_verify) ? "--allow-uncompared requires --verify"
            : parsed.GetValue(_existing) == ExistingKeys.Flush && parsed.GetValue(_fromSequence) is not null ?
                "--existing flush would delete what --from-sequence continues; give only one of them"
            : parsed.GetValue(_verify) && (isRaw || parsed.GetValue(_dryRun)) ?
                "--verify compares what commands have created; it does not go with --raw or --dry-run (see 'walparser compare')"
            : inputs.AreOfSeveralDatabases ? "these logs belong to several databases, but replay is for one; name one folder"
            : parsed.GetValue(_fromSequence) > parsed.GetValue(_toSequence) ? OptionValue.EmptySequenceRange
            : isRaw && isOnlyForCommands ?
                "--target, --no-json, --no-field-expiry and --namespace-to-db are for commands, and --raw sends none"
            : parsed.GetValue(_cluster) && (isRaw || parsed.GetValue(_databases) is { Length: > 0 }) ?
                "--cluster sends commands for database 0, the only one of a cluster; it does not go with --raw or --namespace-to-db"
            : parsed.GetValue(_cluster) && parsed.GetValue(_checkpoint) is null && !parsed.GetValue(_dryRun) ?
                "--cluster requires --checkpoint KEY: only it shows what a master had executed when another takes its place"
            : parsed.GetValue(_only) is not null && (isRaw || parsed.GetValue(_dryRun) || parsed.GetValue(_fromSequence) is not null) ?
                "--only brings keys to their state by commands; it does not go with --raw, --dry-run or --from-sequence"
            : parsed.GetValue(_slot) is null ? null
            : !isRaw ? "--slot requires --raw"
            : inputs.All.Any(input => input.IsStandardInput) && parsed.GetValue(_slotEncoding) == SlotEncoding.Unknown
                ?
                    "--slot must know in advance whether keys contain their slot, which standard input does not allow; give "
                    + "--slot-encoding on or off"
                : null;
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
