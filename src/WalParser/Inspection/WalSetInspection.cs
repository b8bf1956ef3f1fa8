using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>The result of reading all WALs of a set: the verdict of <c>walparser verify</c>.</summary>
/// <param name="Logs">The logs that were read to their ends, in order.</param>
/// <param name="Findings">
/// The findings about the database and between its logs. Gaps between sequence numbers are not among them, since they occur in sound
/// databases: <see cref="WalSet.MapSequencesAsync"/> reports these.
/// </param>
/// <param name="Failures">The findings about logs that could not be read; their kind is <see cref="FindingKind.Unreadable"/>.</param>
public sealed record WalSetInspection(
    IReadOnlyList<LogInspection> Logs, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding> Failures)
{
    /// <summary>Whether all logs were read and nothing is wrong with them.</summary>
    public bool IsClean => Findings.Count == 0 && Failures.Count == 0 && Logs.All(log => log.IsClean);

    /// <summary>Reads all WALs of a set to their ends. Damage does not end the reading.</summary>
    /// <param name="set">The set. The mode of its options is ignored: everything is read.</param>
    /// <param name="verifiesManifest">Whether findings about the MANIFEST of the set's folder are among the results.</param>
    /// <param name="progress">Receives the position after each record, and 0 at the start of each log.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<WalSetInspection> RunAsync(
        WalSet set, bool verifiesManifest = true, IProgress<WalSetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        List<LogInspection> logs = [];
        List<Finding> findings = [.. set.Folder?.Findings.Where(IsWrong) ?? []];
        List<Finding> failures =
        [
            .. set.Folder?.Findings.Where(finding => verifiesManifest && finding.Kind == FindingKind.Unreadable) ?? [],
        ];
        var summarizer = new LogSummarizer();
        await using WalSetReader reader = set.OpenReaderIn(LogSummarizer.Mode);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    summarizer = new LogSummarizer();
                    progress?.Report(new WalSetProgress(reader.File, 0));
                    break;
                case WalSetEntryKind.DatabaseFinding when reader.Finding.Kind == FindingKind.Unreadable:
                    failures.Add(reader.Finding);
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    findings.Add(reader.Finding);
                    break;
                case WalSetEntryKind.FileEnd:
                    logs.Add(summarizer.End(reader));
                    break;
                case WalSetEntryKind.SequenceFinding:
                    break;
                default:
                    summarizer.Process(reader);
                    progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
                    break;
            }
        }

        return new WalSetInspection(logs, findings, failures);

        bool IsWrong(Finding finding) =>
            finding.Kind is FindingKind.MissingWal or FindingKind.MissingNewestWal or FindingKind.WalShorterThanSynced
            || (verifiesManifest && finding.Kind != FindingKind.Unreadable && finding.IsAboutManifest);
    }
}
