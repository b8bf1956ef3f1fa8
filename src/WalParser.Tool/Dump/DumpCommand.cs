using System.CommandLine;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Dump;

/// <summary><c>walparser dump</c>: shows the contents of WALs.</summary>
internal sealed class DumpCommand
{
    private static readonly string[] ReleaseNames = ["7", "8", "9", "10", "11"];

    private readonly InputOptions _inputs = new();

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people; jsonl, one JSON object per line, exact but for long column family names, bytes as hex; csv, one row per operation, findings on standard error. "
        + $"In text and csv, bytes are shown as text if they are printable UTF-8, else as {ByteText.HexPrefix}...; text shows only the "
        + "first 256 bytes of a longer key or value, and its size. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl,
        OutputFormat.Csv);

    private readonly Option<WalRecoveryMode> _mode = RecoveryModeOption.Create(
        "The logs are read in it. skip-corrupt reads everything, as all other commands do; the others "
        + "end a log at the first old record of a recycled log. Every mode continues after damage, and a torn end is a finding in "
        + "every mode. [default: skip-corrupt; with --follow: point-in-time]");

    private readonly Option<ulong?> _fromSequence = SequenceOptions.From("Only operations with it or a greater one.");
    private readonly Option<ulong?> _toSequence = SequenceOptions.To("Only operations with it or a smaller one.");

    private readonly Option<string[]> _columnFamilies = new("--column-family")
    {
        Description =
            "Only operations on the column family with this id or, if the MANIFEST of a log's DB folder names it, this name; may be given "
            + "several times. A number is an id.",
        HelpName = "FAMILY",
    };

    private readonly Option<OperationType[]> _types = new("--type")
    {
        Description =
            $"Only operations of this type; may be given several times. One of {string.Join(", ", Enum.GetNames<OperationType>())}.",
        HelpName = "TYPE",
        CustomParser = OptionValue.ParseNames<OperationType>,
    };

    private readonly Option<ReadOnlyMemory<byte>?> _keyPrefix = new("--key-prefix")
    {
        Description = $"Only operations on keys that begin with this text or, written {ByteText.HexPrefix}00ff, with these bytes.",
        HelpName = "PREFIX",
        CustomParser = OptionValue.ParseBytes,
    };

    private readonly Option<long?> _limit = new("--limit")
    {
        Description = "Stop after this many operations. [default: no limit]",
        HelpName = "N",
        CustomParser = OptionValue.ParseCount,
    };

    private readonly Option<bool> _committed = new("--committed")
    {
        Description =
            "Only what took effect, in the order in which it took effect: the operations of a transaction where it is committed, "
            + "with its xid; no operations that were rolled back or left prepared; no marks. The logs of a database are read as one "
            + "history.",
    };

    private readonly Option<bool> _noValues = new("--no-values") { Description = "Leave values out." };

    private readonly Option<bool> _resolveBlobs = new("--resolve-blobs")
    {
        Description =
            "Show the values in blob files, which are read from the log's DB folder, instead of the blob indexes. A damaged value "
            + "counts as damage; a missing blob file does not. --max-record-size limits these values, too.",
    };

    private readonly Option<bool> _recovery = new("--recovery")
    {
        Description =
            "Show only what RocksDB would replay on opening the database, in the recovery mode of --mode [default: that in the "
            + "folder's newest OPTIONS file, else point-in-time]. Standard error reports what recovery skips, where it stops, and "
            + "whether RocksDB would refuse to open the database.",
    };

    private readonly Option<RocksDbRelease> _release = new("--rocksdb")
    {
        Description =
            "The release of RocksDB whose rules --recovery applies: 7, 8, 9, 10 or 11, each with its last minor release. [default: 11]",
        HelpName = "RELEASE",
        DefaultValueFactory = _ => RocksDbRelease.V11,
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, ReleaseNames, Enum.GetValues<RocksDbRelease>()),
    };

    private readonly Option<bool> _follow = new("--follow")
    {
        Description =
            "Continue with what is written later, and with new WALs, until Ctrl-C. PATH is one folder, or one WAL to begin with. An "
            + "incomplete record at the end of a WAL counts as not yet written until a later WAL contains a record.",
    };

    private readonly Option<bool> _kvrocks = new("--kvrocks")
    {
        Description =
            "Show what the operations mean to Kvrocks: namespace, key, type, field or member, score, expiry, version and its time. "
            + "text shows this instead of the stored key and value; jsonl adds it as \"kvrocks\". Not with csv.",
    };

    private readonly Option<bool> _csvRaw = new("--csv-raw")
    {
        Description =
            "With --format csv: write a cell that begins with = + - @, which a spreadsheet takes for a formula, as it is. Without this "
            + "option it is given an apostrophe as its first character.",
    };

    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private DumpCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var dump = new DumpCommand(console);
        var command = new ToolCommand(
            "dump",
            "Shows the records of WALs, the operations in them, and what is damaged or missing between them.",
            """
            Filters omit operations, and records without a matching operation. An operation without
            a key matches no column family filter and no key prefix. Column families are shown by
            name if the log is in a DB folder, or in its archive, and the folder contains a
            MANIFEST; names longer than 256 characters are cut in jsonl and csv ('manifest --format
            jsonl' shows them whole).

            Each line of jsonl has a "kind": file, record, operation, finding, oldRecord (where
            records of a recycled log's earlier use begin), recovery or end. An entity has the raw "value" and
            "columns":[{"name","value"},...]. With --resolve-blobs, "value" is the value from the
            blob file, and "blob":{"file","offset","size","compression"} is its place; if the value
            cannot be read, "blob" has an "error", and there is no "value". csv reports such errors
            on standard error, and shows an entity as its raw value. BeginPrepare has "persisted",
            true for the section of a write-prepared transaction, and "unprepared", true for a part
            of a write-unprepared one; both are false for a write-committed transaction.

            Keys are split from their user-defined timestamps by the sizes that the log declares. A
            log that was written before RocksDB 8.4 declares none; then the comparators in the
            MANIFEST of its DB folder decide, and a note says so.

            With --recovery, the last line before end is {"kind":"recovery","mode","outcome",
            "reason","lastSequence","rocksdb"}. The outcome is opens, refuses, loops (RocksDB loops
            forever) or crashes; reason is null if RocksDB opens the database, and lastSequence is
            null if it does not. text has the same in its last line, csv on standard error.

            Examples:
              walparser dump /var/lib/kvrocks
              walparser dump --format jsonl db/000010.log
              walparser dump --format jsonl --resolve-blobs backup/db
              walparser dump --kvrocks /var/lib/kvrocks
              walparser dump --committed db
              walparser dump --recovery --mode point-in-time crashed/db
              walparser dump --follow /var/lib/kvrocks
              walparser dump db --type Put --type Delete --key-prefix user: --limit 20
              ssh server cat db/000010.log | walparser dump - --log-number 10
            """);
        dump._inputs.AddTo(command);
        command.AddAll(
            dump._format, dump._mode, dump._fromSequence, dump._toSequence, dump._columnFamilies, dump._types, dump._keyPrefix,
            dump._limit, dump._committed, dump._recovery, dump._release, dump._noValues, dump._resolveBlobs, dump._kvrocks, dump._csvRaw,
            dump._slotEncoding, dump._follow);

        command.SetAction(dump.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = new OperationFilter
        {
            FromSequence = parsed.GetValue(_fromSequence),
            ToSequence = parsed.GetValue(_toSequence),
            Types = parsed.GetValue(_types) ?? [],
            KeyPrefix = parsed.GetValue(_keyPrefix),
        };
        if (filter.FromSequence > filter.ToSequence)
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command, OptionValue.EmptySequenceRange);
        }

        WalRecoveryMode? mode = parsed.GetResult(_mode) is null ? null : parsed.GetValue(_mode);
        bool isFollowing = parsed.GetValue(_follow);
        if (isFollowing && parsed.GetValue(_recovery))
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command,
                    "--recovery and --follow exclude each other: recovery reads the database as it is at one moment");
        }

        if (parsed.GetResult(_release) is { Implicit: false } && !parsed.GetValue(_recovery))
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command, "--rocksdb is for --recovery: only recovery depends on the release");
        }

        OutputFormat format = parsed.GetValue(_format);
        bool showsItems = parsed.GetValue(_kvrocks);
        if (showsItems && format == OutputFormat.Csv)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, "--kvrocks is for text and jsonl, not for csv");
        }

        bool isRaw = parsed.GetValue(_csvRaw);
        if (isRaw && format != OutputFormat.Csv)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, "--csv-raw requires --format csv");
        }

        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, _console, cancellationToken);
        var choice = new FamilyChoice(parsed.GetValue(_columnFamilies) ?? []);
        if (choice.Fault(families) is { } fault)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, fault);
        }

        var output = new ByteWriter(_console.Output);
        using BlobValues? blobs = parsed.GetValue(_resolveBlobs) ? new BlobValues() : null;
        var run = new DumpRun(
            _console,
            WriterFor(format, output, withValues: !parsed.GetValue(_noValues), showsItems, isRaw),
            families,
            choice,
            new DumpOptions
            {
                Filter = filter,
                Mode = mode,
                IsRecovery = parsed.GetValue(_recovery),
                Release = parsed.GetValue(_release),
                IsCommittedOnly = parsed.GetValue(_committed),
                Limit = parsed.GetValue(_limit),
                Blobs = blobs,
                Decoders = showsItems ? await KvrocksDecoders.ForAsync(inputs, parsed.GetValue(_slotEncoding), cancellationToken) : null,
            });
        if (isFollowing)
        {
            return await FollowAsync(parsed, run, mode ?? WalRecoveryMode.PointInTimeRecovery, filter.FromSequence, cancellationToken);
        }

        using var progress = new ProgressLine(_console, isWanted: !_console.OutputIsTerminal, inputs.TotalSize);
        return await run.DumpAsync(inputs, progress, cancellationToken);
    }

    /// <summary>Follows the WALs without a progress line, because the reading has no end.</summary>
    private async Task<int> FollowAsync(
        ParseResult parsed, DumpRun run, WalRecoveryMode mode, ulong? fromSequence, CancellationToken cancellationToken)
    {
        try
        {
            (WalSet? set, string? error) = await _inputs.FindFollowedAsync(parsed, mode, cancellationToken);
            return set is null
                ? WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error!)
                : await run.FollowAsync(
                    set,
                    new FollowOptions { Start = fromSequence is { } sequence ? FollowStart.FromSequence(sequence) : FollowStart.Beginning },
                    cancellationToken);
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            _console.Say(new InputFailure(_inputs.FirstOf(parsed), e).ToString());
            return ExitCode.Failure;
        }
    }

    private IDumpWriter WriterFor(OutputFormat format, ByteWriter output, bool withValues, bool showsItems, bool isRaw) => format switch
    {
        OutputFormat.Jsonl => new JsonLinesDumpWriter(output, withValues, showsItems),
        OutputFormat.Csv => new CsvDumpWriter(output, _console, withValues, isRaw),
        _ => new TextDumpWriter(output, withValues, _console.UsesColour, showsItems),
    };
}
