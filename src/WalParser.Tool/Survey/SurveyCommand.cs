using System.CommandLine;
using System.Text.Json;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Survey;

/// <summary>A command that goes once over all logs and then reports: <c>verify</c> and <c>info</c>.</summary>
internal sealed class SurveyCommand
{
    private readonly InputOptions _inputs = new();
    private readonly Option<OutputFormat> _format = FormatOption.CreateForReport();
    private readonly bool _verifiesManifest;
    private readonly ToolConsole _console;
    private readonly Action<SurveyRun, ReportOutput> _writeText;
    private readonly Action<Utf8JsonWriter, SurveyedLog> _writeJson;

    private SurveyCommand(
        bool verifiesManifest,
        ToolConsole console,
        Action<SurveyRun, ReportOutput> writeText,
        Action<Utf8JsonWriter, SurveyedLog> writeJson)
    {
        _verifiesManifest = verifiesManifest;
        _console = console;
        _writeText = writeText;
        _writeJson = writeJson;
    }

    /// <summary>Completes a command that reports in the two ways given, and may take a folder's MANIFEST for something to check.</summary>
    public static Command Create(
        ToolCommand command,
        bool verifiesManifest,
        ToolConsole console,
        Action<SurveyRun, ReportOutput> writeText,
        Action<Utf8JsonWriter, SurveyedLog> writeJson)
    {
        var survey = new SurveyCommand(verifiesManifest, console, writeText, writeJson);
        survey._inputs.AddTo(command);
        command.Add(survey._format);
        command.SetAction(survey.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, _console, cancellationToken);
        SurveyRun run = await SurveyRun.SurveyAsync(inputs, _verifiesManifest, _console, cancellationToken);
        await ReportOutput.WriteAsync(
            _console, parsed.GetValue(_format), json => SurveyJson.Write(run, json, _writeJson), text => _writeText(run, text));
        return run.ExitCode;
    }
}
