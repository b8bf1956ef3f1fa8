using System.CommandLine;
using System.Text;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.Survey;

/// <summary>A command that goes once over all logs and then reports: <c>verify</c> and <c>info</c>.</summary>
internal sealed class SurveyCommand
{
    private readonly InputOptions _inputs = new();
    private readonly Option<ReportFormat> _format = ReportFormats.Option();
    private readonly bool _verifiesManifest;
    private readonly ToolConsole _console;
    private readonly Action<SurveyRun, ReportOutput> _writeText;
    private readonly Action<SurveyRun, Stream> _writeJson;

    private SurveyCommand(
        bool verifiesManifest, ToolConsole console, Action<SurveyRun, ReportOutput> writeText, Action<SurveyRun, Stream> writeJson)
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
        Action<SurveyRun, Stream> writeJson)
    {
        var survey = new SurveyCommand(verifiesManifest, console, writeText, writeJson);
        survey._inputs.AddTo(command);
        command.Add(survey._format);
        command.SetAction(survey.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SurveyRun run = await SurveyRun.SurveyAsync(await _inputs.FindAsync(parsed, _console, cancellationToken), _verifiesManifest, _console, cancellationToken);
        if (parsed.GetValue(_format) == ReportFormat.Json)
        {
            _writeJson(run, _console.Output);
        }
        else
        {
            await using var text = new StreamWriter(_console.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            _writeText(run, new ReportOutput(_console, text));
        }

        return run.ExitCode;
    }
}
