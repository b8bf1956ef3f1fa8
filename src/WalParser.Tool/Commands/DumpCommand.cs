using System.CommandLine;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Dump;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary><c>walparser dump</c>: shows what logs hold.</summary>
internal sealed class DumpCommand
{
    private static readonly string[] FormatNames = ["text", "jsonl", "csv"];
    private static readonly string[] ModeNames = ["tolerate-tail", "absolute", "point-in-time", "skip-corrupt"];

    private readonly InputOptions _inputs = new();

    private readonly Option<DumpFormat> _format = new("--format")
    {
        Description =
            "text, for people; jsonl, one JSON object a line, exact, bytes as hex; csv, one row an operation, damage on standard error. "
            + $"In text and csv, bytes show as text where they are printable UTF-8, else as {ByteText.HexPrefix}...; text shows only the first "
            + "256 bytes of a longer key or value, and its size. [default: text]",
        HelpName = "FORMAT",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, FormatNames, Enum.GetValues<DumpFormat>()),
    };

    private readonly Option<WalRecoveryMode> _mode = new("--mode")
    {
        Description =
            "What is reported of a log's end, as in RocksDB's recovery modes: absolute and point-in-time report a torn end; tolerate-tail "
            + "does not; skip-corrupt does not either, and reads on behind old records of a recycled log. Every mode reads on behind "
            + "damage. [default: point-in-time]",
        HelpName = "MODE",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, ModeNames, Enum.GetValues<WalRecoveryMode>()),
    };

    private readonly Option<ulong?> _fromSequence = new("--from-sequence")
    {
        Description = "Only operations with this sequence number or a greater one.",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<ulong?> _toSequence = new("--to-sequence")
    {
        Description = "Only operations with this sequence number or a smaller one.",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<uint[]> _columnFamilies = new("--column-family")
    {
        Description = "Only operations on the column family with this id; may be given several times.",
        HelpName = "ID",
        CustomParser = OptionValue.ParseIds,
    };

    private readonly Option<OperationType[]> _types = new("--type")
    {
        Description = $"Only operations of this type; may be given several times. One of {string.Join(", ", Enum.GetNames<OperationType>())}.",
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

    private readonly Option<bool> _noValues = new("--no-values") { Description = "Leave values out." };

    private readonly Option<bool> _resolveBlobs = new("--resolve-blobs")
    {
        Description =
            "Show the values that lie in blob files, read from the log's DB folder, instead of the indexes that stand for them. A value that "
            + "is damaged counts as damage; a blob file that is not there does not.",
    };

    private readonly Option<bool> _kvrocks = new("--kvrocks")
    {
        Description =
            "Show what the operations mean to Kvrocks: namespace, key, type, field or member, score, expiry, version and its time. Text has that "
            + "instead of the stored key and value, jsonl has it beside them as \"kvrocks\". Not with csv.",
    };

    private readonly Option<SlotEncoding> _slots = KeysCommand.SlotsOption();
    private readonly ToolConsole _console;

    private DumpCommand(ToolConsole console) => _console = console;

    /// <summary>The command, writing to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var dump = new DumpCommand(console);
        var command = new ToolCommand(
            "dump",
            "Shows the records of WALs, the operations in them, and the damage between them.",
            """
            Filters leave out operations, and records without a match. An operation without a
            key matches no column family and no key.

            Each line of jsonl has a "kind": file, record, operation, corruption, oldRecord
            (here a recycled log's earlier life begins) or end. An entity has, beside the raw
            "value", "columns":[{"name","value"},...]. With --resolve-blobs, a value that lies
            in a blob file stands as "value", and "blob":{"file","offset","size","compression"}
            says where it lies; if it cannot be had, "blob" has an "error", and there is no
            "value". csv says that on standard error, and has an entity as its raw value.

            Examples:
              walparser dump /var/lib/kvrocks
              walparser dump --format jsonl db/000010.log
              walparser dump --format jsonl --resolve-blobs backup/db
              walparser dump --kvrocks /var/lib/kvrocks
              walparser dump db --type Put --type Delete --key-prefix user: --limit 20
              ssh server cat db/000010.log | walparser dump - --log-number 10
            """);
        dump._inputs.AddTo(command);
        Option[] options =
        [
            dump._format, dump._mode, dump._fromSequence, dump._toSequence, dump._columnFamilies, dump._types, dump._keyPrefix,
            dump._limit, dump._noValues, dump._resolveBlobs, dump._kvrocks, dump._slots,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(dump.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = new OperationFilter
        {
            FromSequence = parsed.GetValue(_fromSequence),
            ToSequence = parsed.GetValue(_toSequence),
            ColumnFamilies = parsed.GetValue(_columnFamilies) ?? [],
            Types = parsed.GetValue(_types) ?? [],
            KeyPrefix = parsed.GetValue(_keyPrefix),
        };
        if (filter.FromSequence > filter.ToSequence)
        {
            return WalParserCommand.UsageError(
                _console, parsed.CommandResult.Command, "--from-sequence is greater than --to-sequence, so nothing would match; exchange them");
        }

        DumpFormat format = parsed.GetValue(_format);
        bool showsItems = parsed.GetValue(_kvrocks);
        if (showsItems && format == DumpFormat.Csv)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, "--kvrocks is for text and jsonl, not for csv");
        }

        WalInputs inputs = _inputs.Find(parsed);
        var output = new ByteWriter(_console.Output);
        using var progress = new ProgressLine(_console, isWanted: !_console.OutputIsTerminal, inputs.TotalSize);
        using BlobValues? blobs = parsed.GetValue(_resolveBlobs) ? new BlobValues() : null;
        var run = new DumpRun(
            _console,
            WriterFor(format, output, withValues: !parsed.GetValue(_noValues), showsItems),
            filter,
            parsed.GetResult(_mode) is null ? WalRecoveryMode.PointInTimeRecovery : parsed.GetValue(_mode),
            parsed.GetValue(_limit),
            blobs,
            showsItems ? new KvrocksDecoders(parsed.GetValue(_slots)) : null);
        return await run.DumpAsync(inputs, progress, cancellationToken);
    }

    private IDumpWriter WriterFor(DumpFormat format, ByteWriter output, bool withValues, bool showsItems) => format switch
    {
        DumpFormat.Jsonl => new JsonLinesDumpWriter(output, withValues, showsItems),
        DumpFormat.Csv => new CsvDumpWriter(output, _console, withValues),
        _ => new TextDumpWriter(output, withValues, _console.UsesColour, showsItems),
    };
}
