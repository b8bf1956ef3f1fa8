using System.CommandLine;
using WalParser.Framing;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Diff;

/// <summary><c>walparser diff</c>: finds where the WALs of a master and its replica differ.</summary>
internal sealed class DiffCommand
{
    private readonly Argument<string> _left = new("PATH") { Description = "The DB folder or a WAL of one server, such as the master." };
    private readonly Argument<string> _right = new("OTHER") { Description = "The DB folder or a WAL of the other server." };

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people, or jsonl, one JSON object per line. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly Option<int?> _maxRecordSize = InputOptions.MaxRecordSizeOption();
    private readonly Option<long?> _maxCopySize = InputOptions.MaxCopySizeOption();
    private readonly Option<string?> _leftWalFolder = InputOptions.WalFolderOption();
    private readonly Option<string?> _rightWalFolder = InputOptions.WalFolderOption("--other-wal-dir", "OTHER");
    private readonly Option<SlotEncoding> _slotEncoding = SlotEncodingOption.Create();
    private readonly ToolConsole _console;

    private DiffCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var diff = new DiffCommand(console);
        var command = new ToolCommand(
            "diff",
            "Finds the first batch in which the logs of two servers differ, for example a master and its replica, and shows both sides.",
            """
            The comparison begins with the first sequence number that both sides contain. It
            compares operations and their sequence numbers; a batch may be split on one side. What
            one side lacks after damage is not compared, but reported. A batch without sequence
            numbers, which a command without effect writes, may be missing on one side.

            Findings name their file by its path, which begins with that of its side. The exit code
            is 0 if both sides are the same up to the end of the shorter one (the output contains
            the ranges, without the numbers that a side lacks), and 1 if they differ, have no sequence number in common, one
            lacks sequence numbers that the other has, or they are damaged.

            Each line of jsonl has a "kind": missing (what one side lacks), notCompared (a batch of
            one side begins inside a batch of the other), replicationId (a server begins its own
            history), compared (with "sameRanges"), side. Where the logs differ, a side is followed by
            file, record and operation lines like those of 'dump --kvrocks'.

            Examples:
              walparser diff master/db replica/db
              walparser diff --format jsonl master/db replica/db | jq 'select(.kind == "compared")'
            """);
        command.Add(diff._left);
        command.Add(diff._right);
        command.Add(diff._format);
        command.Add(diff._leftWalFolder);
        command.Add(diff._rightWalFolder);
        command.Add(diff._maxRecordSize);
        command.Add(diff._maxCopySize);
        command.Add(diff._slotEncoding);
        command.SetAction(diff.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new InputSettings
        {
            MaxRecordSize = parsed.GetValue(_maxRecordSize) ?? WalReaderOptions.DefaultMaxRecordSize,
            MaxCopySize = parsed.GetValue(_maxCopySize),
            WalFolder = parsed.GetValue(_leftWalFolder),
            IsOneOfSeveral = true,
        };
        string leftPath = parsed.GetRequiredValue(_left);
        string rightPath = parsed.GetRequiredValue(_right);
        WalInputs leftInputs = await WalInputs.FindAsync([leftPath], settings, cancellationToken);
        WalInputs rightInputs = await WalInputs.FindAsync(
            [rightPath], settings with { WalFolder = parsed.GetValue(_rightWalFolder) }, cancellationToken);
        int exitCode = Math.Max(leftInputs.ReportFailures(_console), rightInputs.ReportFailures(_console));
        if (exitCode != ExitCode.Clean)
        {
            return exitCode;
        }

        if (leftPath == WalInput.StandardInputName && rightPath == WalInput.StandardInputName)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, "standard input can be only one side");
        }

        SlotEncoding asked = parsed.GetValue(_slotEncoding);
        await using DatabaseBatches leftBatches =
            await DatabaseBatches.OpenKvrocksAsync(leftInputs, asked, _console, showsProgress: true, cancellationToken);
        await using DatabaseBatches rightBatches =
            await DatabaseBatches.OpenKvrocksAsync(rightInputs, asked, _console, showsProgress: false, cancellationToken);
        var left = new DiffSide(leftPath, leftBatches);
        var right = new DiffSide(rightPath, rightBatches);
        var run = new DiffRun(left, right);
        await run.CompareAsync();
        leftBatches.EndProgress();
        var output = new ByteWriter(_console.Output);
        if (parsed.GetValue(_format) == OutputFormat.Jsonl)
        {
            new DiffJson(output).Write(run, left, right);
        }
        else
        {
            DiffReport.Write(run, left, right, output, _console.UsesColour);
        }

        output.Flush();
        int found = run.Differs || run.From is null || run.Missing.Count > 0 || run.Uncompared.Count > 0 ? ExitCode.Damage : ExitCode.Clean;
        return Math.Max(found, Math.Max(leftBatches.ExitCode, rightBatches.ExitCode));
    }
}
