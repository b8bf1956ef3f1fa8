using System.CommandLine;
using System.Text.Json;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inspection;

/// <summary>A command that goes once over all logs and then reports: <c>verify</c>, <c>info</c> and <c>gaps</c>.</summary>
internal sealed class InspectionCommand
{
    private readonly InputOptions _inputs = new();
    private readonly Option<OutputFormat> _format = FormatOption.CreateForReport();
    private readonly ToolConsole _console;
    private readonly Action<InspectionRun, ReportOutput> _writeText;
    private readonly Action<Utf8JsonWriter, InspectedLog> _writeJson;

    private InspectionCommand(
        ToolConsole console,
        Action<InspectionRun, ReportOutput> writeText,
        Action<Utf8JsonWriter, InspectedLog> writeJson)
    {
        _console = console;
        _writeText = writeText;
        _writeJson = writeJson;
    }

    /// <summary>Completes a command that inspects logs and reports in the two formats given.</summary>
    public static Command Create(
        ToolCommand command,
        ToolConsole console,
        Action<InspectionRun, ReportOutput> writeText,
        Action<Utf8JsonWriter, InspectedLog> writeJson)
    {
        var inspection = new InspectionCommand(console, writeText, writeJson);
        inspection._inputs.AddTo(command);
        command.Add(inspection._format);
        command.SetAction(inspection.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        InspectionRun run = await InspectionRun.InspectAsync(inputs, _console, cancellationToken);
        await ReportOutput.WriteAsync(
            _console, parsed.GetValue(_format), json => InspectionJson.Write(run, json, _writeJson), text => _writeText(run, text));
        return run.ExitCode;
    }
}
