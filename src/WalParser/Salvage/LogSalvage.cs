using WalParser.Files;
using WalParser.Framing;

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
    /// <param name="output">The folder to write into, which is created if it is not there. It must not be one that is read from, nor its archive.</param>
    /// <param name="options">What is salvaged.</param>
    /// <param name="progress">Is told with each block, or record, how far it has come.</param>
    /// <param name="cancellationToken">Ends it; what was written stays.</param>
    /// <exception cref="IOException">The folder is one that is read from, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public static async Task<SalvageReport> RunAsync(
        WalSet set,
        string output,
        SalvageOptions? options = null,
        IProgress<WalSetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new SalvageOptions();
        var folder = new SalvageFolder(output, set);
        folder.Create();
        return options.View == SalvageView.Recovery
            ? await RecoverAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false)
            : await SalvageAsync(set, folder, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SalvageReport> SalvageAsync(
        WalSet set, SalvageFolder folder, SalvageOptions options, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<SalvagedLog> logs = [];
        PredecessorWalInfo? before = null;
        foreach (WalFile file in set.Files)
        {
            var log = new SalvagedLog(file);
            logs.Add(log);
            try
            {
                using WalReader reader = file.Open(new WalReaderOptions { MaxRecordSize = options.MaxRecordSize, DecompressCopies = true });
                await using var output = new SalvageOutput(folder, file.LogNumber ?? 0, before, options.IncludesStale);
                var salvager = new LogSalvager(log, output, options.MaxRecordSize, file.LogNumber);
                long position = 0;
                while (await reader.ReadBlockAsync(cancellationToken).ConfigureAwait(false) is { } block)
                {
                    salvager.Take(block);
                    position += block.Length;
                    progress?.Report(new WalSetProgress(file, position));
                    await output.FlushAsync(isEnd: false, cancellationToken).ConfigureAwait(false);
                }

                salvager.End(reader.CopyDamage);
                await output.FlushAsync(isEnd: true, cancellationToken).ConfigureAwait(false);
                log.OutputPath = output.Path;
                foreach (StaleLog stale in output.Stale)
                {
                    log.Add(stale);
                }

                before = output.ToPredecessor();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.Failure = e.Message;
            }
        }

        return new SalvageReport(logs, set.Folder?.Problems ?? []);
    }

    private static async Task<SalvageReport> RecoverAsync(
        WalSet set, SalvageFolder folder, SalvageOptions options, IProgress<WalSetProgress>? progress, CancellationToken cancellationToken)
    {
        List<SalvagedLog> logs = [];
        List<DatabaseProblem> problems = [];
        PredecessorWalInfo? before = null;
        SalvageOutput? output = null;
        SalvagedLog? log = null;
        await using RecoveryReader reader = set.ReadRecovery(options.Mode);
        try
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                switch (reader.Kind)
                {
                    case WalSetEntryKind.FileStart:
                        log = new SalvagedLog(reader.File);
                        logs.Add(log);
                        output = new SalvageOutput(folder, reader.File.LogNumber ?? 0, before, wantsStale: false);
                        break;
                    case WalSetEntryKind.Record when log!.Failure is null:
                        WriteRecovered(reader, log, output!);
                        progress?.Report(new WalSetProgress(reader.File, reader.Log.Position));
                        await FlushAsync(output!, log, isEnd: false, cancellationToken).ConfigureAwait(false);
                        break;
                    case WalSetEntryKind.Corruption:
                        if (!reader.Corruption.LooksStale)
                        {
                            log!.Add(new SalvageLoss(reader.Corruption.Offset, reader.Corruption.Bytes, reader.Corruption.Reason));
                        }

                        break;
                    case WalSetEntryKind.Problem:
                        problems.Add(reader.Problem);
                        break;
                    case WalSetEntryKind.FileEnd:
                        await FlushAsync(output!, log!, isEnd: true, cancellationToken).ConfigureAwait(false);
                        log!.OutputPath = log.Failure is null ? output!.Path : null;
                        before = log.Failure is null ? output!.ToPredecessor() : null;
                        await output!.DisposeAsync().ConfigureAwait(false);
                        output = null;
                        break;
                }
            }
        }
        finally
        {
            if (output is not null)
            {
                await output.DisposeAsync().ConfigureAwait(false);
            }
        }

        return new SalvageReport(logs, problems);
    }

    private static void WriteRecovered(RecoveryReader reader, SalvagedLog log, SalvageOutput output)
    {
        WalRecord record = reader.Record;
        SalvageBatch batch = SalvageBatch.Of(record.Payload);
        if (batch.Error is { } error)
        {
            log.Add(new SalvageLoss(record.Offset, record.EndOffset - record.Offset, error));
            return;
        }

        try
        {
            output.NamePredecessor(reader.Log.Predecessor);
            output.Declare(record.TimestampSizes);
            output.Write(record.Payload);
            log.Records++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Failure = e.Message;
        }
    }

    private static async ValueTask FlushAsync(SalvageOutput output, SalvagedLog log, bool isEnd, CancellationToken cancellationToken)
    {
        try
        {
            if (log.Failure is null)
            {
                await output.FlushAsync(isEnd, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Failure = e.Message;
        }
    }
}
