using System.CommandLine;
using WalParser.Inspection;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Rdb;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Commands;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary><c>walparser keys</c>: shows the keys that result from the WALs of a Kvrocks server.</summary>
internal sealed class KeysCommand
{
    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, one line per key; jsonl, one JSON object per key, with its whole value; rdb, a snapshot that Redis loads. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl,
        OutputFormat.Rdb);

    private readonly Option<long?> _rdbVersion = new("--rdb-version")
    {
        Description =
            "The version of rdb: 10, which Redis 7.0 and later load, 11, for Redis 7.2, or 12, for Redis 7.4. [default: 10, or 12 if "
            + "fields of hashes expire]",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<string[]> _databases = NamespaceToDbOption.Create(
        "Of rdb. [default: 0 for the default namespace, the others from 1 in byte order; 0 for one that is alone]");

    private readonly Option<ulong?> _atSequence = AtSequenceOption.Create();

    private readonly Option<ReadOnlyMemory<byte>?> _namespace = NamespaceOption.Create("all");

    private readonly Option<bool> _expired = new("--expired") { Description = "Also show keys and fields that have expired by now." };

    private readonly Option<ReadOnlyMemory<byte>[]?> _bloomContains = new("--bloom-contains")
    {
        Description =
            "Do not show the keys, but whether the Bloom filter KEY may contain ITEM, as BF.EXISTS answers. The exit code is 1 if there is "
            + "no such filter, or not all of it is in the logs.",
        HelpName = "KEY ITEM",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
        CustomParser = OptionValue.ParseAllBytes,
    };

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
            hyperloglog; "incomplete":true. The other types have "version", "size" and what is known
            of them: of a timeseries its samples in "value", as TS.RANGE returns them, "labels" and
            "rules"; of a t-digest its centroids and quantiles; of a Bloom filter its fill.

            Bytes that are not text are {"base64": ...}. A bitmap of more than 64 MiB has "size" and
            "fragments": [[offset, bytes], ...] instead of "value": the stored fragments; all other
            bytes are zero.

            rdb is a snapshot, in which bitmaps and HyperLogLogs are strings and a sortedint is a
            sorted set. It is not compressed, and the same keys give the same bytes. Keys of types
            that RDB files do not have (JSON, Bloom filters, time series, t-digests), and keys of
            which these logs contain no element, are omitted and named, and the exit code is 1. Of
            a key that is incomplete, the known part is written. The active times of consumers
            need --rdb-version 11.

            Examples:
              walparser keys /var/lib/kvrocks
              walparser keys --format jsonl --namespace tenant-a backup/db
              walparser keys --at-sequence 1500 db
              walparser keys --format rdb --output dump.rdb db
              walparser keys --bloom-contains seen user:17 db
            """);
        keys._inputs.AddTo(command);
        command.AddAll(
            keys._format, keys._rdbVersion, keys._databases, keys._atSequence, keys._namespace, keys._expired, keys._bloomContains,
            keys._slotEncoding);

        command.SetAction(keys.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        NamespaceDatabases? databases = NamespaceDatabases.Parse(parsed.GetValue(_databases) ?? [], out string error);
        if (databases is null || (error = FaultIn(parsed, inputs)).Length > 0)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        if (parsed.GetValue(_format) != OutputFormat.Rdb)
        {
            return await WriteAsync(parsed, inputs, databases, cancellationToken);
        }

        // A part of an RDB file is of no use.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _console.Interrupted = stop.Cancel;
        _console.Output.NameWhenWhole(stop.Token);
        try
        {
            return await WriteAsync(parsed, inputs, databases, stop.Token);
        }
        finally
        {
            _console.Interrupted = null;
        }
    }

    private async Task<int> WriteAsync(
        ParseResult parsed, WalInputs inputs, NamespaceDatabases databases, CancellationToken cancellationToken)
    {
        await using DatabaseBatches batches =
            await DatabaseBatches.OpenKvrocksAsync(
                inputs,
                parsed.GetValue(_slotEncoding),
                _console,
                showsProgress: true,
                cancellationToken,
                new WalSetInspectorOptions { StateSequence = parsed.GetValue(_atSequence) });
        NamespaceCheck namespaces = NamespaceCheck.Begin(_console, batches, databases.Named(parsed.GetValue(_namespace)));
        var run = new KeysRun(_console, batches);
        int exitCode = await run.ReadAsync();
        batches.EndProgress();
        if (await namespaces.ReportAsync() != ExitCode.Clean)
        {
            return ExitCode.Failure;
        }

        DateTimeOffset now = parsed.GetValue(_expired) ? DateTimeOffset.UnixEpoch : DateTimeOffset.UtcNow;
        OutputFormat format = parsed.GetValue(_format);
        if (format == OutputFormat.Rdb)
        {
            KeyspaceKey[] keys = run.Select(parsed.GetValue(_namespace), now);
            if (keys.Length == 0 && (inputs.All.Count == 0 || exitCode == ExitCode.Failure))
            {
                _console.Say("no file is written, because no log could be read");
                return exitCode;
            }

            var rdb = new RdbKeys(_console, databases);
            int written = rdb.Write(
                _console.Output, keys, (int?)parsed.GetValue(_rdbVersion), now, batches.BeginsLater, run.IsWhole);
            return Math.Max(exitCode, written);
        }

        var output = new ByteWriter(_console.Output);
        if (parsed.GetValue(_bloomContains) is [var key, var item])
        {
            var question = new BloomQuestion(_console, key, item);
            KeyspaceKey[] keys = run.Select(parsed.GetValue(_namespace), now);
            exitCode = Math.Max(exitCode, question.Answer(output, keys, isJson: format == OutputFormat.Jsonl));
            output.Flush();
            return exitCode;
        }

        IKeyWriter writer = format == OutputFormat.Jsonl ? new KeyJson(output, now, run.IsWhole) : new KeyText(output, now, run.IsWhole);
        run.Write(writer, parsed.GetValue(_namespace), now);
        output.Flush();
        return exitCode;
    }

    private string FaultIn(ParseResult parsed, WalInputs inputs)
    {
        bool isRdb = parsed.GetValue(_format) == OutputFormat.Rdb;
        bool isForRdb = parsed.GetValue(_rdbVersion) is not null || parsed.GetValue(_databases) is { Length: > 0 };
        return inputs.AreOfSeveralDatabases ? "these logs belong to several databases, but keys shows one; name one folder"
            : isForRdb && !isRdb ? "--rdb-version and --namespace-to-db are for --format rdb"
            : parsed.GetValue(_rdbVersion) is { } version and (< RdbFile.LowestVersion or > RdbFile.HighestVersion)
                ? $"--rdb-version takes {RdbFile.LowestVersion} to {RdbFile.HighestVersion}, not {version}"
            : parsed.GetResult(_bloomContains) is { IdentifierTokenCount: > 1 } ? "--bloom-contains asks one question; give it once"
            : isRdb && parsed.GetResult(_bloomContains) is not null ? "--bloom-contains is for --format text and jsonl"
            : isRdb && _console.OutputIsTerminal
                ? "rdb contains the bytes of keys and values as they are, on which a terminal can act; give --output FILE, or redirect it"
            : "";
    }
}
