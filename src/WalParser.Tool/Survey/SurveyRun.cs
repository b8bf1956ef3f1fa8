using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Survey;

/// <summary>The surveys of all logs of a command line, and what could not be read.</summary>
internal sealed record SurveyRun(IReadOnlyList<FileSurvey> Files, IReadOnlyList<InputFailure> Failures)
{
    /// <summary>What the command returns.</summary>
    public int ExitCode =>
        Failures.Count > 0 ? Tool.ExitCode.Failure
        : Files.Any(file => !file.IsClean) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Surveys the logs one by one. What fails is told at once, and the others are read all the same.</summary>
    public static async Task<SurveyRun> SurveyAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken)
    {
        List<FileSurvey> files = [];
        List<InputFailure> failures = [.. inputs.Failures];
        failures.ForEach(failure => console.Say(failure.ToString()));
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        var numbering = new FolderNumbering();
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (WalInput input in inputs.All)
        {
            try
            {
                progress.BeginFile(input.Label);
                FileSurvey survey = await FileSurveyor.SurveyAsync(input, console, numbering, progress, cancellationToken);
                progress.EndFile(survey.Size);
                files.Add(survey with { FamilyNames = families[input] });
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                var failure = new InputFailure(input.Path, e);
                failures.Add(failure);
                console.Say(failure.ToString());
            }
        }

        return new SurveyRun(files, failures);
    }
}
