using WalParser.Databases;
using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Gaps;

/// <summary>The maps of sequence numbers of all databases of a command line, and what could not be read.</summary>
/// <param name="Maps">A map a folder.</param>
/// <param name="Labels">What the logs are called for people, by name and folder.</param>
/// <param name="Failures">Paths that mean no log.</param>
internal sealed record GapsRun(
    IReadOnlyList<(string Folder, SequenceMap Map)> Maps, IReadOnlyDictionary<WalFile, WalInput> Labels, IReadOnlyList<InputFailure> Failures)
{
    /// <summary>What the command returns.</summary>
    public int ExitCode =>
        Failures.Count > 0 || Maps.Any(map => map.Map.Problems.Any(IsFailure)) ? Tool.ExitCode.Failure
        : Maps.Any(map => map.Map.BreakCount > 0 || map.Map.Problems.Count > 0) ? Tool.ExitCode.Damage
        : Tool.ExitCode.Clean;

    /// <summary>Reads the logs, folder by folder. What fails is told at once, and the others are read all the same.</summary>
    public static async Task<GapsRun> ReadAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken)
    {
        List<InputFailure> failures = [.. inputs.Failures];
        failures.ForEach(failure => console.Say(failure.ToString()));
        List<(string, SequenceMap)> maps = [];
        Dictionary<WalFile, WalInput> labels = [];
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        using var progress = new ProgressLine(console, isWanted: true, inputs.TotalSize);
        foreach (IGrouping<string, WalInput> folder in inputs.All.GroupBy(input => input.Folder))
        {
            List<WalFile> files = [];
            foreach (WalInput input in folder)
            {
                WalFile file = input.ToWalFile(console);
                labels.Add(file, input);
                files.Add(file);
            }

            var options = new WalSetOptions { MaxRecordSize = folder.First().MaxRecordSize };
            var set = new WalSet(files, options, families.WholeDatabaseOf([.. folder]));
            SequenceMap map = await set.MapSequencesAsync(new SetProgress(progress, file => labels[file].Label), cancellationToken);
            map = map with { Problems = [.. set.Folder?.Problems.Where(IsOfLogs) ?? [], .. map.Problems] };
            maps.Add((folder.Key, map));
            foreach (Finding problem in map.Problems.Where(IsFailure))
            {
                console.Say(new InputFailure(problem, folder).ToString());
            }
        }

        return new GapsRun(maps, labels, failures);
    }

    private static bool IsOfLogs(Finding problem) => problem.Kind is FindingKind.MissingWal
        or FindingKind.MissingNewestWal
        or FindingKind.WalShorterThanSynced;

    private static bool IsFailure(Finding problem) => problem.Kind == FindingKind.Unreadable;
}
