using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>The result of reading all WALs of a set: the verdict of <c>walparser verify</c>.</summary>
/// <param name="Logs">The logs that were read to their ends, in order, each with the findings about it.</param>
/// <param name="Findings">The findings about the database and its files, as far as they are not about the contents of a log.</param>
/// <param name="Failures">
/// The findings about files that could not be read; their kind is <see cref="FindingKind.Unreadable"/>. They are not among the others.
/// </param>
public sealed record WalSetInspection(
    IReadOnlyList<LogInspection> Logs, FindingList Findings, IReadOnlyList<Finding> Failures)
{
    /// <summary>Whether all logs were read and no finding is more serious than a note.</summary>
    public bool IsClean => Findings.SeriousCount == 0 && Failures.Count == 0 && Logs.All(log => log.IsClean);

    /// <summary>Reads all WALs of a set to their ends. Damage does not end the reading.</summary>
    /// <param name="set">The set. The mode of its options is ignored: everything is read.</param>
    /// <param name="progress">Receives the position after each record, and 0 at the start of each log.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<WalSetInspection> RunAsync(
        WalSet set, IProgress<WalSetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var inspector = new WalSetInspector(set);
        List<LogInspection> logs = [];
        FindingList findings = new();
        List<Finding> failures = [];
        LogSummarizer? log = null;
        await using WalSetReader reader = set.OpenReaderIn(LogSummarizer.Mode);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            inspector.Process(reader);
            switch (reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    Take();
                    log = new LogSummarizer(inspector, reader.File.Name);
                    progress?.Report(new WalSetProgress(reader.File, 0));
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    Take();
                    break;
                case WalSetEntryKind.FileEnd:
                    Take();
                    logs.Add(log!.End(reader));
                    log = null;
                    break;
                default:
                    log!.Process(reader);
                    Take();
                    progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
                    break;
            }
        }

        inspector.End();
        Take();
        return new WalSetInspection(logs, findings, failures);

        void Take()
        {
            while (inspector.TryDequeue(out Finding? finding))
            {
                if (finding.Kind == FindingKind.Unreadable)
                {
                    failures.Add(finding);
                }
                else
                {
                    (log is not null && finding.File == log.FileName ? log.Findings : findings).Add(finding);
                }
            }
        }
    }
}
