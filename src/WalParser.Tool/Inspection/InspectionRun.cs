using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inspection;

/// <summary>The inspections of all logs of a command line.</summary>
/// <param name="Files">The logs that were read, each with its inspection.</param>
/// <param name="Findings">The findings about databases and between their logs.</param>
/// <param name="Failures">The logs and files that could not be read.</param>
internal sealed record InspectionRun(
    IReadOnlyList<InspectedLog> Files, IReadOnlyList<Finding> Findings, IReadOnlyList<InputFailure> Failures)
{
    /// <summary>The exit code of the command.</summary>
    public int ExitCode =>
        Failures.Count > 0 ? Tool.ExitCode.Failure
        : Findings.Count > 0 || Files.Any(file => !file.Log.IsClean) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Inspects the logs, database by database. Logs that cannot be read are reported, and the others are read.</summary>
    /// <param name="inputs">The logs.</param>
    /// <param name="verifiesManifest">
    /// Whether findings about the MANIFEST of a database count as damage, if all of its logs are given.
    /// </param>
    /// <param name="console">The console on which failures are reported.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<InspectionRun> InspectAsync(
        WalInputs inputs, bool verifiesManifest, ToolConsole console, CancellationToken cancellationToken)
    {
        ColumnFamilies families = await ColumnFamilies.ReadAsync(
            inputs, console, cancellationToken, problem => verifiesManifest && problem.Kind != FindingKind.Unreadable);
        var inspector = new Inspector(console, families, verifiesManifest);
        inputs.ReportFailures(console);
        inspector.Failures.AddRange(inputs.Failures);
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (IReadOnlyList<WalInput> database in inputs.ByDatabase)
        {
            await inspector.InspectAsync(database, progress, cancellationToken);
        }

        return new InspectionRun(inspector.Files, inspector.Findings, inspector.Failures);
    }

    /// <summary>Inspects one database after another and collects the results.</summary>
    private sealed class Inspector(ToolConsole console, ColumnFamilies families, bool verifiesManifest)
    {
        public List<InspectedLog> Files { get; } = [];

        public List<Finding> Findings { get; } = [];

        public List<InputFailure> Failures { get; } = [];

        /// <summary>Inspects the logs of one database.</summary>
        public async Task InspectAsync(IReadOnlyList<WalInput> inputs, ProgressLine progress, CancellationToken cancellationToken)
        {
            DatabaseFolder? database = families.WholeDatabaseOf(inputs);
            var set = new InputSet(inputs, WalRecoveryMode.SkipAnyCorruptedRecords, database, console);
            var setProgress = new SetProgress(progress, file => set.InputOf(file).Label);
            WalSetInspection inspection = await WalSetInspection.RunAsync(set.Wals, verifiesManifest, setProgress, cancellationToken);
            setProgress.End();
            Findings.AddRange(inspection.Findings);
            foreach (LogInspection log in inspection.Logs)
            {
                WalInput input = set.InputOf(log.File);
                Files.Add(new InspectedLog(input, families[input], log));
            }

            foreach (Finding failure in inspection.Failures)
            {
                if (database?.Findings.Contains(failure) == true)
                {
                    // It was reported when the names of the column families were read.
                    Failures.Add(new InputFailure(Path.Combine(database.Path, failure.File!), failure.Reason));
                }
                else
                {
                    var unread = new InputFailure(failure, inputs);
                    Failures.Add(unread);
                    console.Say(unread.ToString());
                }
            }
        }
    }
}
