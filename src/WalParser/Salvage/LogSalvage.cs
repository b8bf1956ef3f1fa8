using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// Writes what is readable of the WALs of a set into clean WALs, one for each, of the same number: without compression, control records of no use, damage or
/// batches that RocksDB would refuse. Nothing that is read is changed, and no file that exists is written over.
/// <code>
/// SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync("db"), "salvaged");
/// </code>
/// </summary>
public static class LogSalvage
{
    /// <summary>Salvages a set. A log that cannot be read or written is a <see cref="SalvagedLog.Failure"/>; the others are salvaged.</summary>
    /// <param name="set">The logs.</param>
    /// <param name="output">
    /// The folder to write into, which is created if it is not there. It must not be one that is read from, nor be or lie beneath one that is a database or that
    /// the set is of. A log that is being written has the ending <c>.unfinished</c>.
    /// </param>
    /// <param name="options">What is salvaged.</param>
    /// <param name="progress">Is told with each block, or record, how far it has come.</param>
    /// <param name="cancellationToken">Ends it. The logs that are finished by then stay; of the one at hand nothing does.</param>
    /// <exception cref="IOException">The folder is one that is read from, or a database, or inside one, or cannot be created.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public static async Task<SalvageReport> RunAsync(
        WalSet set,
        string output,
        SalvageOptions? options = null,
        IProgress<WalSetProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        await RunAsync(set, output, createFile: null, options, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>The same, into files that <paramref name="createFile"/> creates: on a disk that is full, say.</summary>
    internal static async Task<SalvageReport> RunAsync(
        WalSet set,
        string output,
        Func<string, Stream>? createFile,
        SalvageOptions? options = null,
        IProgress<WalSetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new SalvageOptions();
        var folder = new SalvageFolder(output, set, createFile);
        folder.Create();
        return options.View == SalvageView.Recovery
            ? await RecoverAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false)
            : await SalvageAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SalvageReport> SalvageAsync(
        WalSet set, SalvageFolder folder, SalvageOptions options, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<SalvagedLog> logs = [];
        var boundaries = new LogBoundaries();
        bool namesPredecessor = false;
        foreach (WalFile file in set.Files)
        {
            var log = new SalvagedLog(file);
            logs.Add(log);
            boundaries.Begin(file);
            using var output = new SalvageOutput(folder, file.LogNumber ?? 0, options.IncludesStale);
            try
            {
                using WalReader reader = file.Open(new WalReaderOptions
                {
                    MaxRecordSize = options.MaxRecordSize,
                    Dictionaries = options.Dictionaries,
                    DecompressCopies = true,
                });
                using var salvager = new LogSalvager(log, output, boundaries, options, file.LogNumber);
                while (await reader.Blocks.ReadAsync(cancellationToken).ConfigureAwait(false) is { } block)
                {
                    // The source checks the token only when it fills its buffer.
                    cancellationToken.ThrowIfCancellationRequested();
                    salvager.Take(block.Bytes);
                    progress?.Report(new WalSetProgress(file, log.Size));
                    output.Flush();
                }

                salvager.End(reader.Blocks.Damage);
                namesPredecessor |= salvager.NamesPredecessor;
                output.Finish(log);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.Failure = log.Size == 0 ? e.Message : $"behind offset {log.Size}: {e.Message}";
                output.Keep(log);
            }
        }

        // What logs say of the ones before them is checked by an ordinary reading, for which they must be there to be read again.
        IEnumerable<Finding> between = namesPredecessor && set.Files.All(file => file.Path is not null)
            ? await ReadProblemsAsync(set, cancellationToken).ConfigureAwait(false) : [];
        return new SalvageReport(logs, [.. set.Folder?.Findings ?? [], .. between], boundaries.SequenceFindings);
    }

    private static async Task<List<Finding>> ReadProblemsAsync(WalSet set, CancellationToken cancellationToken)
    {
        List<Finding> problems = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // What cannot be read is told already, with the log.
            if (reader.Kind == WalSetEntryKind.DatabaseFinding && reader.Finding.Kind != FindingKind.Unreadable)
            {
                problems.Add(reader.Finding);
            }
        }

        return problems;
    }

    private static async Task<SalvageReport> RecoverAsync(
        WalSet set, SalvageFolder folder, SalvageOptions options, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<Finding> problems = [];
        await using RecoveryReader reader = RecoveryReader.Open(set, options.Mode);
        var boundaries = new LogBoundaries();
        using var salvager = new RecoverySalvager(reader, folder, boundaries);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Kind == WalSetEntryKind.DatabaseFinding)
            {
                problems.Add(reader.Finding);
            }

            salvager.Take();
            if (reader.Kind == WalSetEntryKind.Record)
            {
                progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
            }
        }

        salvager.End();
        return new SalvageReport(salvager.Logs, problems, boundaries.SequenceFindings);
    }
}
