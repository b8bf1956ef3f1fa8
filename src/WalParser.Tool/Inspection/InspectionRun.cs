using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inspection;

/// <summary>The inspections of all logs of a command line.</summary>
/// <param name="Databases">The inspections of the databases, in the order in which they were read.</param>
/// <param name="Files">The logs that were read, each with its inspection.</param>
/// <param name="Failures">The logs and files that could not be read.</param>
/// <param name="PathFindings">The findings about the paths of the command line.</param>
/// <param name="DatabaseFindings">
/// The findings about the paths and about the databases, with the names of files that all output has.
/// </param>
internal sealed record InspectionRun(
    IReadOnlyList<WalSetInspection> Databases,
    IReadOnlyList<InspectedLog> Files,
    IReadOnlyList<InputFailure> Failures,
    IReadOnlyList<Finding> PathFindings,
    IReadOnlyList<Finding> DatabaseFindings)
{
    /// <summary>All findings that are kept: of each log the first ones.</summary>
    public IEnumerable<Finding> AllFindings => DatabaseFindings.Concat(Files.SelectMany(file => file.Findings));

    /// <summary>Whether nothing was read, so that there is nothing to report but the failures.</summary>
    public bool IsEmpty => Databases.Count == 0;

    /// <summary>The exit code of the command.</summary>
    public int ExitCode =>
        Failures.Count > 0 ? Tool.ExitCode.Failure
        : Databases.All(database => database.IsClean) && PathFindings.All(IsNote) ? Tool.ExitCode.Clean
        : Tool.ExitCode.Damage;

    /// <summary>Returns the number of findings of a severity.</summary>
    public long CountOf(FindingSeverity severity) => PathFindings.LongCount(finding => finding.Severity == severity)
        + Databases.Sum(database => database.Findings.CountOf(severity))
        + Files.Sum(file => file.Log.Findings.CountOf(severity));

    /// <summary>Inspects the logs, database by database. Logs that cannot be read are reported, and the others are read.</summary>
    /// <param name="inputs">The logs.</param>
    /// <param name="console">The console on which failures are reported.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="known">The column families, if they are known; null to read them.</param>
    public static async Task<InspectionRun> InspectAsync(
        WalInputs inputs, ToolConsole console, CancellationToken cancellationToken, ColumnFamilies? known = null)
    {
        ColumnFamilies families = known ?? await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        inputs.ReportFailures(console);
        List<WalSetInspection> databases = [];
        List<InspectedLog> files = [];
        List<InputFailure> failures = [.. inputs.Failures];
        List<Finding> findings = [.. inputs.Findings];
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (InputSet set in InputSet.AllOf(inputs, WalRecoveryMode.SkipAnyCorruptedRecords, families, inputs.Emptied, console))
        {
            var setProgress = new SetProgress(progress, file => set.InputOf(file).Label);
            WalSetInspection inspection = await WalSetInspection.RunAsync(set.Wals, setProgress, cancellationToken);
            setProgress.End();
            databases.Add(inspection);
            findings.AddRange(inspection.Findings.Kept.Select(set.Named));
            files.AddRange(inspection.Logs.Select(log => new InspectedLog(set.InputOf(log.File), families[set.InputOf(log.File)], log)));
            foreach (InputFailure failure in inspection.Failures.Select(set.FailureOf))
            {
                failures.Add(failure);
                console.Say(failure.ToString());
            }
        }

        return new InspectionRun(databases, files, failures, inputs.Findings, findings);
    }

    private static bool IsNote(Finding finding) => finding.Severity == FindingSeverity.Note;
}
