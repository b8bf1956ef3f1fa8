using System.CommandLine;
using WalParser.Inspection;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Commands;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Servers;

namespace WalParser.Tool.Compare;

/// <summary><c>walparser compare</c>: compares the dataset of the WALs of a Kvrocks server with a Redis or Kvrocks server.</summary>
internal sealed class CompareCommand
{
    private readonly InputOptions _inputs = new();

    private readonly Option<RedisEndpoint?> _with = ServerOptions.Address("--with", $"The server: {ServerOptions.AddressForms}. Required.");
    private readonly ServerOptions _server = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people, or jsonl, one JSON object per line. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly Option<ulong?> _atSequence = AtSequenceOption.Create();

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("__namespace");

    private readonly Option<string[]> _databases = NamespaceToDbOption.Create();

    private readonly Option<CommandTarget> _target = TargetOption.Create();

    private readonly Option<ReadOnlyMemory<byte>?> _checkpoint = new("--checkpoint")
    {
        Description = "The key of a replay on the server that contains its last applied sequence number. It is not reported as extra.",
        HelpName = "KEY",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _after = new("--after")
    {
        Description =
            "Begin after this key, which an interrupted comparison named as the last one. The list of extra keys is always whole.",
        HelpName = "KEY",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _afterNamespace = new("--after-namespace")
    {
        Description = "The namespace of the key of --after. [default: that of --namespace, else __namespace]",
        HelpName = "NS",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<long?> _rate = new("--rate")
    {
        Description = "Read no more than this number of keys in a second. [default: no limit]",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<bool> _allowUncompared = AllowUncomparedOption.Create();

    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private CompareCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var compare = new CompareCommand(console);
        var command = new ToolCommand(
            "compare",
            "Compares the keys that result from the logs of a Kvrocks server with a Redis or Kvrocks server.",
            """
            Each key is compared by type, value and expiry; hashes with the expiry of their fields,
            streams with their counters, groups, consumers and pending entries. A key is missing (the
            server does not have it), extra (only the server has it) or different, and both sides
            are shown. Only commands that read are sent, so a replica or a user who may only read
            will do. Nothing should write to the server meanwhile. A key whose expiry has passed
            counts as gone. A node of a Redis cluster is recognized, and the keys of all masters are
            compared, also while slots move; but the list of extra keys begins again until none does.

            Not compared, and named: types that the server does not have, what these logs do not
            contain of a key, and keys on the server that may be older than the logs. When a
            consumer was last active is not compared either, as no command sets it.

            Each line of jsonl has a "kind": missing, extra, different (with "differences"),
            uncompared, and at the end compared (the counts).

            The exit code is 0 if everything was compared and is equal, 1 if something differs or
            was not compared, 2 if the server could not be read. A comparison that was interrupted
            names the last compared key; --after continues after it.

            Examples:
              walparser compare /var/lib/kvrocks --with redis://localhost
              walparser compare db --with redis://replica:6380/2 --password-file pw --checkpoint walparser:at
              walparser compare db --with redis://localhost --rate 2000 --format jsonl
            """);
        compare._inputs.AddTo(command);
        command.AddAll(
            compare._with, compare._format, compare._atSequence, compare._namespace, compare._databases, compare._target,
            compare._checkpoint, compare._after, compare._afterNamespace, compare._rate, compare._allowUncompared, compare._slotEncoding);
        compare._server.AddTo(command);
        command.SetAction(compare.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        NamespaceDatabases? databases = NamespaceDatabases.Parse(parsed.GetValue(_databases) ?? [], out string error);
        if (databases is null || ErrorIn(parsed, inputs) is { } fault && (error = fault).Length > 0)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        RedisEndpoint? endpoint = _server.Complete(parsed, parsed.GetValue(_with)!, _console, out error);
        if (endpoint is null)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _console.Interrupted = stop.Cancel;
        try
        {
            return await CompareAsync(parsed, inputs, databases, endpoint, stop.Token);
        }
        finally
        {
            _console.Interrupted = null;
        }
    }

    private async Task<int> CompareAsync(
        ParseResult parsed,
        WalInputs inputs,
        NamespaceDatabases databases,
        RedisEndpoint endpoint,
        CancellationToken cancellationToken)
    {
        await using DatabaseBatches batches = await DatabaseBatches.OpenKvrocksAsync(
            inputs,
            parsed.GetValue(_slotEncoding),
            _console,
            showsProgress: true,
            cancellationToken,
            new WalSetInspectorOptions { StateSequence = parsed.GetValue(_atSequence) });
        ReadOnlyMemory<byte>? chosen = parsed.GetValue(_namespace);
        NamespaceCheck namespaces = NamespaceCheck.Begin(_console, batches, databases.Named(chosen));
        var dataset = new LogDataset(_console, batches);
        await dataset.ReadAsync(cancellationToken);
        batches.EndProgress();
        if (dataset.ExitCode == ExitCode.Failure && dataset.IsEmpty)
        {
            _console.Say("nothing was compared, because no log could be read");
            return ExitCode.Failure;
        }

        if (await namespaces.ReportAsync() != ExitCode.Clean)
        {
            return ExitCode.Failure;
        }

        var run = new CompareRun(_console, endpoint, OptionsOf(parsed, databases, dataset.IsWhole))
        {
            AllowsUncompared = parsed.GetValue(_allowUncompared),
            IsNamespaceChosen = chosen is not null,
        };
        var output = new ByteWriter(_console.Output);
        ICompareWriter writer = parsed.GetValue(_format) == OutputFormat.Jsonl
            ? new CompareJson(output)
            : new CompareText(output, endpoint.ToString());
        int exitCode = await run.CompareAsync(dataset.Keyspace, writer, cancellationToken);
        output.Flush();
        return Math.Max(exitCode, dataset.ExitCode);
    }

    private ComparisonOptions OptionsOf(ParseResult parsed, NamespaceDatabases databases, bool isLogWhole)
    {
        bool hasDatabases = databases.Namespaces.Any();
        ReadOnlyMemory<byte>[] namespaces =
            parsed.GetValue(_namespace) is { } ns ? [ns]
            : hasDatabases ? [.. databases.Namespaces]
            : [NamespaceDatabases.Default.ToArray()];
        ReadOnlyMemory<byte> afterNamespace =
            parsed.GetValue(_afterNamespace) ?? parsed.GetValue(_namespace) ?? NamespaceDatabases.Default.ToArray();
        return new ComparisonOptions
        {
            Target = parsed.GetValue(_target),
            Namespaces = namespaces,
            DatabaseOf = hasDatabases ? databases.DatabaseOf : null,
            CheckpointKey = parsed.GetValue(_checkpoint),
            After = parsed.GetValue(_after) is { } after ? new KeyPosition(afterNamespace, after) : null,
            KeysPerSecond = parsed.GetValue(_rate) is { } rate ? (int)Math.Min(rate, int.MaxValue) : null,
            IsLogWhole = isLogWhole,
        };
    }

    private string? ErrorIn(ParseResult parsed, WalInputs inputs) =>
        parsed.GetValue(_with) is null ? "--with URI is missing: name the server, as in redis://localhost:6379"
        : inputs.AreOfSeveralDatabases ? "these logs belong to several databases, but compare is for one; name one folder"
        : parsed.GetValue(_afterNamespace) is not null && parsed.GetValue(_after) is null ? "--after-namespace requires --after"
        : null;
}
