using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Recovery;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>
/// Writes the readable records of the WALs of a set into clean WALs, one for each WAL, with the same number; a WAL without a number keeps
/// the name of its file. The clean WALs have no compression, no unneeded control records, no damage and no batches that RocksDB would
/// refuse, alone or in their order. They get the permissions of their sources, and their names only when they are on the disk. The files
/// that are read are not changed, and no existing file is overwritten. Thread-safe.
/// <code>
/// SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync("db"), "salvaged");
/// </code>
/// </summary>
public static class LogSalvage
{
    /// <summary>
    /// Salvages a set. A log that cannot be read or written has a <see cref="SalvagedLog.Failure"/>; the others are salvaged nonetheless.
    /// </summary>
    /// <param name="set">The logs.</param>
    /// <param name="output">
    /// The folder to write into, which is created if it does not exist. It must not be a folder in which a reader of the source looks for
    /// WALs, and must not be, or lie inside, a database or the folder of the set, under any of its paths: links and mounts are resolved.
    /// The name of a log that is being written ends in <c>.unfinished</c>. In a dry run, the folder is only checked, and can be null.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Receives the position after each block or, in the recovery view, after each record.</param>
    /// <param name="cancellationToken">
    /// Cancels the salvage. The logs that are finished by then are kept; the log that is being written is removed.
    /// </param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="set"/> is null, or <paramref name="output"/> is null and it is not a dry run.
    /// </exception>
    /// <exception cref="IOException">The folder is one that is read from, or a database, or inside one, or cannot be created.</exception>
    /// <exception cref="OperationCanceledException">The salvage was cancelled.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller has no permission to create the folder.</exception>
    public static async Task<SalvageReport> RunAsync(
        WalSet set,
        string? output,
        SalvageOptions? options = null,
        IProgress<WalSetProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        await RunAsync(set, output, createFile: null, options, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Salvages a set into files that <paramref name="createFile"/> creates, so that a test can supply, for example, a disk that is full.
    /// </summary>
    internal static async Task<SalvageReport> RunAsync(
        WalSet set,
        string? output,
        Func<string, Stream>? createFile,
        SalvageOptions? options = null,
        IProgress<WalSetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new SalvageOptions();
        if (!options.IsDryRun)
        {
            ArgumentNullException.ThrowIfNull(output);
        }

        var folder = new SalvageFolder(output, set, options.IsDryRun, createFile);
        folder.Create();
        return options.View == SalvageView.Recovery
            ? await RecoverAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false)
            : await SalvageAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SalvageReport> SalvageAsync(
        WalSet set, SalvageFolder folder, SalvageOptions options, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<SalvagedLog> logs = [];
        var writer = new SetWriter(set);
        var recycled = new RecycledLogs(set);
        bool namesPredecessor = false;
        foreach (WalFile file in set.Files)
        {
            var log = new SalvagedLog(file);
            logs.Add(log);
            using var output = new SalvageOutput(folder, file, options.IncludesStale);
            writer.Begin(log, output);
            try
            {
                using WalReader reader = file.Open(new WalReaderOptions
                {
                    MaxRecordSize = options.MaxRecordSize,
                    MaxCopySize = options.MaxCopySize,
                    Dictionaries = options.Dictionaries,
                    DecompressCopies = true,
                });
                using var salvager = new LogSalvager(log, output, writer, recycled, options);
                while (await reader.Blocks.ReadAsync(cancellationToken).ConfigureAwait(false) is { } block)
                {
                    // The source checks the token only when it fills its buffer.
                    cancellationToken.ThrowIfCancellationRequested();
                    salvager.ProcessBlock(block.Bytes);
                    progress?.Report(new WalSetProgress(file, log.Size));
                    output.Flush();
                }

                salvager.ProcessEnd(reader.Blocks.Damage, reader.Blocks.IsTooLarge);
                namesPredecessor |= salvager.NamesPredecessor;
                output.Finish(log);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No output fails in that way.
                string reason = e is FileNotFoundException ? file.WhyMissing() : e.Message;
                log.Failure = log.Size == 0 ? reason : $"after offset {log.Size}: {reason}";
                output.Keep(log);
            }
        }

        // The statements of logs about their predecessors are checked by an ordinary reading. It reads the logs again, so they must be
        // files.
        IEnumerable<Finding> between = namesPredecessor && set.Files.All(file => file.Path is not null)
            ? await ReadProblemsAsync(set, cancellationToken).ConfigureAwait(false) : [];
        return writer.End(logs, [.. set.Folder?.Findings ?? [], .. between]);
    }

    private static async Task<List<Finding>> ReadProblemsAsync(WalSet set, CancellationToken cancellationToken)
    {
        List<Finding> problems = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A log that cannot be read is already reported by its SalvagedLog.
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
        var writer = new SetWriter(set);
        using var salvager = new RecoverySalvager(reader, folder, writer, new RecycledLogs(set));
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Kind == WalSetEntryKind.DatabaseFinding)
            {
                problems.Add(reader.Finding);
            }

            salvager.ProcessEntry();
            if (reader.Kind == WalSetEntryKind.Record)
            {
                progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
            }
        }

        salvager.EndLog();
        return writer.End(salvager.Logs, problems);
    }
}
