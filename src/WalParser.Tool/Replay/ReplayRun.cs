using WalParser.Batches;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>Reads WALs and sends their batches until the end, a refusal, a lost connection or Ctrl-C.</summary>
internal sealed class ReplayRun(ToolConsole console, DatabaseBatches batches, Replayer replayer)
{
    /// <summary>Whether the replay has reached the end of the WALs.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether something may be missing between the batches that were read, so that they do not show the whole dataset.</summary>
    public bool HasGap { get; private set; }

    /// <summary>Replays the WALs and returns the result and the exit code.</summary>
    public async Task<(ReplayResult Result, int ExitCode)> ReplayAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (replayer.FromSequence > 0)
            {
                batches.BeginAt(replayer.FromSequence);
            }

            batches.EndSequence = replayer.ToSequence ?? batches.EndSequence;
            while (await MoveNextAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (batches.IsStartMissing)
                {
                    return await StopAtMissingStartAsync();
                }

                if (!await ReplayAsync(batches.Batch))
                {
                    return (await replayer.StopAsync(), Math.Max(batches.ExitCode, ExitCode.Damage));
                }
            }

            batches.Stop();
            if (batches.IsStartMissing)
            {
                return await StopAtMissingStartAsync();
            }

            ReplayResult result = await replayer.CompleteAsync();
            IsComplete = true;
            bool isWhole = result.RefusalCount == 0 && result.UnconfirmedCount == 0;
            return (result, Math.Max(batches.ExitCode, isWhole ? ExitCode.Clean : ExitCode.Damage));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (await replayer.StopAsync(), ExitCode.Interrupted);
        }
        catch (RedisException exception)
        {
            console.Say(exception.Message);
            return (await replayer.StopAsync(), cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failure);
        }
    }

    private async Task<(ReplayResult Result, int ExitCode)> StopAtMissingStartAsync()
    {
        console.Say("nothing was sent: the logs do not continue where the server's dataset ends");
        return (await replayer.StopAsync(), Math.Max(batches.ExitCode, ExitCode.Damage));
    }

    /// <summary>Moves to the next batch. Cancellation ends the wait even if standard input ignores it.</summary>
    private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        ValueTask<bool> move = batches.MoveNextAsync();
        return await (move.IsCompleted ? move : new ValueTask<bool>(move.AsTask().WaitAsync(cancellationToken)));
    }

    private ValueTask<bool> ReplayAsync(WriteBatch batch)
    {
        HasGap |= batch.Finding is not null || batches.SequenceFindings.Any(finding => finding.Missing > 0);
        if (batches.IsAfterLoss)
        {
            replayer.NoteGap();
        }

        return replayer.ReplayAsync(batch);
    }
}
