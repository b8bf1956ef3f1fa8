using System.CommandLine;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Gaps;

/// <summary><c>walparser gaps</c>: shows the map of sequence numbers.</summary>
internal sealed class GapsCommand
{
    private readonly InputOptions _inputs = new();
    private readonly Option<OutputFormat> _format = FormatOption.CreateForReport();
    private readonly ToolConsole _console;

    private GapsCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var command = new ToolCommand(
            "gaps",
            "Shows which sequence numbers each WAL contains, and where sequence numbers are missing or repeated.",
            """
            The logs of a folder continue each other. A gap means that something between two records
            is lost. An overlap or a duplicate means that the database went back: it was opened
            again after a loss, or the folder contains logs of two databases. If logs name the log
            before them, that is checked too. The exit code is 1 if any of this was found.
            'walparser verify' reports all other damage.

            Examples:
              walparser gaps /var/lib/kvrocks
              walparser gaps --format json db | jq '.databases[].breaks[]'
            """);
        var gaps = new GapsCommand(console);
        gaps._inputs.AddTo(command);
        command.Add(gaps._format);
        command.SetAction(gaps.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, _console, cancellationToken);
        GapsRun run = await GapsRun.ReadAsync(inputs, _console, cancellationToken);
        await ReportOutput.WriteAsync(
            _console, parsed.GetValue(_format), json => GapsReport.WriteJson(run, json), text => GapsReport.WriteText(run, text));
        return run.ExitCode;
    }
}
