using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Gaps;

/// <summary>The maps of the sequence numbers of all databases of a command line, and the paths that could not be read.</summary>
/// <param name="Maps">One map per folder.</param>
/// <param name="Labels">The inputs of the WALs, which have their labels.</param>
/// <param name="Failures">The paths that name no WAL.</param>
internal sealed record GapsRun(
    IReadOnlyList<(string Folder, SequenceMap Map)> Maps,
    IReadOnlyDictionary<WalFile, WalInput> Labels,
    IReadOnlyList<InputFailure> Failures)
{
    /// <summary>The exit code of the command.</summary>
    public int ExitCode =>
        Failures.Count > 0 || Maps.Any(map => map.Map.Findings.Any(IsFailure)) ? Tool.ExitCode.Failure
        : Maps.Any(map => map.Map.SequenceFindingCount > 0 || map.Map.Findings.Count > 0) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Reads the WALs folder by folder. A WAL that cannot be read is reported at once, and the others are read.</summary>
    public static async Task<GapsRun> ReadAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken)
    {
        inputs.ReportFailures(console);
        List<(string, SequenceMap)> maps = [];
        Dictionary<WalFile, WalInput> labels = [];
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (IReadOnlyList<WalInput> database in inputs.ByDatabase)
        {
            var set = new InputSet(database, WalRecoveryMode.PointInTimeRecovery, families.WholeDatabaseOf(database), console);
            foreach (WalFile file in set.Wals.Files)
            {
                labels.Add(file, set.InputOf(file));
            }

            SequenceMap map = await set.Wals.MapSequencesAsync(new SetProgress(progress, file => labels[file].Label), cancellationToken);
            map = map with { Findings = [.. set.Wals.Folder?.Findings.Where(IsOfLogs) ?? [], .. map.Findings] };
            maps.Add((database[0].Folder, map));
            foreach (Finding problem in map.Findings.Where(IsFailure))
            {
                console.Say(new InputFailure(problem, database).ToString());
            }
        }

        return new GapsRun(maps, labels, inputs.Failures);
    }

    private static bool IsOfLogs(Finding problem) => problem.Kind is FindingKind.MissingWal
        or FindingKind.MissingNewestWal
        or FindingKind.WalShorterThanSynced;

    private static bool IsFailure(Finding problem) => problem.Kind == FindingKind.Unreadable;
}
