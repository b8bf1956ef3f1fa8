using WalParser.Batches;
using WalParser.Framing;
using WalParser.Kvrocks.Decoding;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Dump;

/// <summary>Reads logs one by one and has shown what passes the filter, up to the limit.</summary>
internal sealed class DumpRun(
    ToolConsole console, IDumpWriter writer, OperationFilter filter, WalRecoveryMode mode, long? limit, BlobValues? blobs, KvrocksDecoders? decoders = null)
{
    private readonly FolderNumbering _folders = new();
    private long _left = limit ?? long.MaxValue;

    /// <summary>Dumps the logs, and returns the exit code.</summary>
    public async Task<int> DumpAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
            exitCode = ExitCode.Failure;
        }

        foreach (WalInput input in inputs.All)
        {
            if (_left == 0)
            {
                break;
            }

            try
            {
                progress.BeginFile(input.Label);
                bool isClean = await DumpAsync(input, progress, cancellationToken);
                exitCode = Math.Max(exitCode, isClean ? ExitCode.Clean : ExitCode.Damage);
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                // What was read before it comes first.
                writer.Flush();
                console.Say(new InputFailure(input.Path, e).ToString());
                exitCode = ExitCode.Failure;
            }
        }

        writer.Flush();
        return exitCode;
    }

    /// <summary>Dumps one log; whether it has no damage.</summary>
    private async Task<bool> DumpAsync(WalInput input, ProgressLine progress, CancellationToken cancellationToken)
    {
        var judge = new DamageJudge(mode);
        SequenceNumbering numbering = _folders[input];
        long records = 0;
        await using WalReader reader = input.OpenReader(console, mode);
        writer.BeginFile(input);
        blobs?.BeginFile(input);
        decoders?.BeginFile(input);
        long damagedBlobs = blobs?.DamageCount ?? 0;
        while (_left > 0)
        {
            ValueTask<bool> read = reader.ReadAsync(cancellationToken);
            if (!read.IsCompleted)
            {
                // More is to come, perhaps much later: what there is so far is shown now.
                writer.Flush();
            }

            if (!await read)
            {
                judge.TakeEnd(reader);
                break;
            }

            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    records++;
                    judge.TakeRecord(reader.Record.EndOffset);
                    DumpRecord(reader.Record, ref numbering, judge);
                    break;
                case WalEntryKind.Corruption:
                    judge.TakeCorruption(reader.Corruption);
                    WriteCorruption(reader.Corruption);
                    break;
                case WalEntryKind.OldRecord when reader.OldRecord.IsDamagedLive:
                    judge.TakeOldRecord(reader.OldRecord);
                    writer.WriteCorruption(DamageJudge.DamageOf(reader.OldRecord), looksStale: false);
                    break;
                case WalEntryKind.OldRecord when judge.TakeOldRecord(reader.OldRecord):
                    writer.WriteOldRecord(reader.OldRecord);
                    break;
            }

            progress.Report(reader.Position);
        }

        writer.EndFile(records, judge.StaleTailOffset);
        progress.EndFile(reader.Position);
        _folders[input] = numbering;
        return judge.Damages.Count == 0 && damagedBlobs == (blobs?.DamageCount ?? 0);
    }

    private void DumpRecord(in WalRecord record, ref SequenceNumbering numbering, DamageJudge judge)
    {
        var batch = new WriteBatch(record) { Numbering = numbering };
        bool isShown = !filter.IsActive;
        if (isShown)
        {
            writer.WriteRecord(record, batch);
        }

        KvrocksDecoder? decoder = decoders?.Current;
        decoder?.BeginBatch(ref batch);
        foreach (WriteBatchOperation operation in batch)
        {
            // All are decoded, as log data says something of what follows it.
            KvrocksItem item = decoder is null ? default : decoder.Decode(operation);
            if (!filter.Matches(operation))
            {
                continue;
            }

            if (!isShown)
            {
                isShown = true;
                writer.WriteRecord(record, batch);
            }

            writer.WriteOperation(operation, blobs, item);
            if (--_left == 0)
            {
                return;
            }
        }

        numbering = batch.Numbering;
        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            judge.TakeBatchDamage(damage);
            writer.WriteCorruption(damage, looksStale: false);
        }
    }

    private void WriteCorruption(WalCorruption corruption) =>
        writer.WriteCorruption(new Damage(corruption.Offset, corruption.Bytes, corruption.Reason, corruption.Note), corruption.LooksStale);
}
