using WalParser.Databases;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Survey;

/// <summary>The surveys of all logs of a command line.</summary>
/// <param name="Files">A survey a log.</param>
/// <param name="Problems">What is wrong between the logs of a database.</param>
/// <param name="Failures">What could not be read.</param>
internal sealed record SurveyRun(
    IReadOnlyList<FileSurvey> Files, IReadOnlyList<DatabaseProblem> Problems, IReadOnlyList<InputFailure> Failures)
{
    /// <summary>What the command returns.</summary>
    public int ExitCode =>
        Failures.Count > 0 ? Tool.ExitCode.Failure
        : Problems.Count > 0 || Files.Any(file => !file.IsClean) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Surveys the logs, database by database. What fails is told at once, and the others are read all the same.</summary>
    /// <param name="inputs">The logs.</param>
    /// <param name="verifiesManifest">
    /// Whether what is wrong with the MANIFEST of a database whose logs are all there counts as damage.
    /// </param>
    /// <param name="console">Where to tell what fails.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SurveyRun> SurveyAsync(
        WalInputs inputs, bool verifiesManifest, ToolConsole console, CancellationToken cancellationToken)
    {
        ColumnFamilies families = await ColumnFamilies.ReadAsync(
            inputs, console, cancellationToken, problem => verifiesManifest && problem.Kind != DatabaseProblemKind.Unreadable);
        var survey = new Survey(console, families, verifiesManifest);
        inputs.ReportFailures(console);
        survey.Failures.AddRange(inputs.Failures);
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (IReadOnlyList<WalInput> database in inputs.ByDatabase)
        {
            await survey.ProcessAsync(database, progress, cancellationToken);
        }

        return new SurveyRun(survey.Files, survey.Problems, survey.Failures);
    }

    /// <summary>What was found so far.</summary>
    private sealed class Survey(ToolConsole console, ColumnFamilies families, bool verifiesManifest)
    {
        public List<FileSurvey> Files { get; } = [];

        public List<DatabaseProblem> Problems { get; } = [];

        public List<InputFailure> Failures { get; } = [];

        /// <summary>Surveys the logs of one database.</summary>
        public async Task ProcessAsync(IReadOnlyList<WalInput> inputs, ProgressLine progress, CancellationToken cancellationToken)
        {
            DatabaseFolder? database = families.WholeDatabaseOf(inputs);
            foreach (DatabaseProblem problem in database?.Problems ?? [])
            {
                if (verifiesManifest && problem.Kind == DatabaseProblemKind.Unreadable)
                {
                    // It was told when the names were read.
                    Failures.Add(new InputFailure(Path.Combine(database!.Path, problem.File), problem.Message));
                }
                else if (IsDamage(problem))
                {
                    Problems.Add(problem);
                }
            }

            var set = new InputSet(inputs, FileSurveyor.Mode, database, console);
            WalSetReader reader = set.Wals.OpenReader();
            await using var entries = new InputReader(set, reader, set.Mode, console, cancellationToken)
            {
                Progress = progress,
                JudgesDamage = false,
            };
            FileSurveyor? surveyor = null;
            while (await entries.MoveNextAsync())
            {
                switch (reader.Kind)
                {
                    case WalSetEntryKind.FileStart:
                        surveyor = new FileSurveyor(entries.Input, families[entries.Input]);
                        break;
                    case WalSetEntryKind.Record or WalSetEntryKind.Corruption or WalSetEntryKind.OldRecord:
                        surveyor!.Take(reader);
                        break;
                    case WalSetEntryKind.Problem when reader.Problem.Kind != DatabaseProblemKind.Unreadable:
                        Problems.Add(reader.Problem);
                        break;
                    case WalSetEntryKind.FileEnd:
                        Files.Add(surveyor!.End(reader.Log));
                        break;
                    case WalSetEntryKind.Break:
                        // A sound database may lack sequence numbers. The command gaps reports them.
                        break;
                }
            }

            Failures.AddRange(entries.Failures);
        }

        private bool IsDamage(DatabaseProblem problem) =>
            problem.Kind is DatabaseProblemKind.MissingWal
                or DatabaseProblemKind.MissingNewestWal
                or DatabaseProblemKind.WalShorterThanSynced
            || (verifiesManifest && problem.Kind != DatabaseProblemKind.Unreadable && ColumnFamilies.IsAboutManifest(problem));
    }
}
