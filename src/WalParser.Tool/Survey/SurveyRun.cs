using WalParser.Databases;
using WalParser.Findings;
using WalParser.Inspection;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Survey;

/// <summary>The surveys of all logs of a command line.</summary>
/// <param name="Files">A survey a log.</param>
/// <param name="Problems">What is wrong between the logs of a database.</param>
/// <param name="Failures">What could not be read.</param>
internal sealed record SurveyRun(
    IReadOnlyList<SurveyedLog> Files, IReadOnlyList<Finding> Problems, IReadOnlyList<InputFailure> Failures)
{
    /// <summary>What the command returns.</summary>
    public int ExitCode =>
        Failures.Count > 0 ? Tool.ExitCode.Failure
        : Problems.Count > 0 || Files.Any(file => !file.Log.IsClean) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Surveys the logs, database by database. What fails is told at once, and the others are read all the same.</summary>
    /// <param name="inputs">The logs.</param>
    /// <param name="verifiesManifest">Whether what is wrong with the MANIFEST of a database whose logs are all there counts as damage.</param>
    /// <param name="console">Where to tell what fails.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SurveyRun> SurveyAsync(WalInputs inputs, bool verifiesManifest, ToolConsole console, CancellationToken cancellationToken)
    {
        ColumnFamilies families = await ColumnFamilies.ReadAsync(
            inputs, console, cancellationToken, problem => verifiesManifest && problem.Kind != FindingKind.Unreadable);
        var survey = new Survey(console, families, verifiesManifest);
        inputs.Failures.ToList().ForEach(survey.Fail);
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (IGrouping<string, WalInput> folder in inputs.All.GroupBy(input => input.Folder))
        {
            await survey.InspectAsync([.. folder], progress, cancellationToken);
        }

        return new SurveyRun(survey.Files, survey.Problems, survey.Failures);
    }

    /// <summary>What was found so far.</summary>
    private sealed class Survey(ToolConsole console, ColumnFamilies families, bool verifiesManifest)
    {
        public List<SurveyedLog> Files { get; } = [];

        public List<Finding> Problems { get; } = [];

        public List<InputFailure> Failures { get; } = [];

        public void Fail(InputFailure failure)
        {
            Failures.Add(failure);
            console.Say(failure.ToString());
        }

        /// <summary>Inspects the logs of one database.</summary>
        public async Task InspectAsync(List<WalInput> inputs, ProgressLine progress, CancellationToken cancellationToken)
        {
            Dictionary<WalFile, WalInput> byFile = inputs.ToDictionary(input => input.ToWalFile(console));
            DatabaseFolder? database = families.WholeDatabaseOf(inputs);
            var options = new WalSetOptions { MaxRecordSize = inputs[0].MaxRecordSize };
            var setProgress = new SetProgress(progress, file => byFile[file].Label);
            WalSetInspection inspection = await WalSetInspection.RunAsync(
                new WalSet(byFile.Keys, options, database), verifiesManifest, setProgress, cancellationToken);
            setProgress.End();
            Problems.AddRange(inspection.Findings);
            Files.AddRange(inspection.Logs.Select(log => new SurveyedLog(byFile[log.File], families[byFile[log.File]], log)));
            foreach (Finding failure in inspection.Failures)
            {
                if (database?.Problems.Contains(failure) == true)
                {
                    // It was reported when the names were read.
                    Failures.Add(new InputFailure(Path.Combine(database.Path, failure.File!), failure.Reason));
                }
                else
                {
                    Fail(new InputFailure(failure, inputs));
                }
            }
        }
    }
}
